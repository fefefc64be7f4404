import type { Dependents } from "./metrics-api.js"

/** What relies on any of several metrics, everything once; null where it is not known of one of them. */
export function mergeDependents(list: readonly Dependents[]): Dependents {
  const once = <T>(pick: (one: Dependents) => T[] | null): T[] | null => {
    const all = list.map(pick)
    if (all.some((some) => some === null)) return null
    const byText = new Map(all.flatMap((some) => some ?? []).map((one) => [JSON.stringify(one), one]))
    return [...byText.values()]
  }
  return {
    consumers: once(({ consumers }) => consumers),
    configurations: once(({ configurations }) => configurations),
    databases: once(({ databases }) => databases),
  }
}

/** Live viewers come and go, and miss nothing: this page itself is one. */
const VIEWER = /^web-live\b/

/** Without what says nothing new: databases that receive what they store, and viewers. */
export function worthTelling({ consumers, configurations, databases }: Dependents): Dependents {
  const isNew = (token: string) => !VIEWER.test(token) && !databases?.includes(token)
  return { consumers: consumers?.filter(({ token }) => isNew(token)) ?? null, configurations, databases }
}

/** Whether it is known that nobody does. */
export function isNobody({ consumers, configurations, databases }: Dependents): boolean {
  return consumers?.length === 0 && configurations?.length === 0 && databases?.length === 0
}
