import type { LabelChange } from "@metricq/protocol"

/** A key of labels that some of the chosen clients have, or are to have. */
export interface LabelDraft {
  readonly key: string
  /** Values that they have now, each once; empty for one that none has yet. */
  readonly values: readonly string[]
  /** How many of them have it. */
  readonly count: number
  /** `keep`: each as it is; `set`: all get `text`; `remove`: none has it any more. */
  deed: "keep" | "set" | "remove"
  text: string
}

/** The labels that clients have, by key, as nobody has changed them yet. */
export function draftsOf(clients: readonly { readonly labels?: Readonly<Record<string, string>> }[]): LabelDraft[] {
  const found = new Map<string, string[]>()
  for (const { labels = {} } of clients) {
    for (const [key, value] of Object.entries(labels)) found.set(key, [...(found.get(key) ?? []), value])
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, all]) => {
      const values = [...new Set(all)]
      const text = values.length === 1 && all.length === clients.length ? (values[0] ?? "") : ""
      return { key, values, count: all.length, deed: "keep", text }
    })
}

/** What the drafts change, the same for every client. */
export function changeOf(drafts: readonly LabelDraft[]): LabelChange {
  const touched = drafts.filter(({ deed, count }) => deed === "set" || (deed === "remove" && count > 0))
  return Object.fromEntries(touched.map(({ key, deed, text }) => [key, deed === "set" ? text.trim() : null]))
}
