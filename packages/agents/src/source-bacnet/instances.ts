import { ANY_INSTANCE } from "../kit/bacnet/names.js"

const MAX_INSTANCES = 100_000

/** The instances that `1,4-9` stands for, in order; `undefined` for other texts, and for more than 100,000. */
export function parseInstances(text: string | number): number[] | undefined {
  const instances: number[] = []
  for (const part of String(text).split(",")) {
    const [, first = "", last = first] = /^\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?$/.exec(part) ?? []
    const [low, high] = [Number(first), Number(last)]
    if (first === "" || low > high || high > ANY_INSTANCE) return undefined
    if (instances.length + high - low >= MAX_INSTANCES) return undefined
    for (let instance = low; instance <= high; instance += 1) instances.push(instance)
  }
  return instances
}

/** The shortest text for some instances: the counterpart of {@link parseInstances}. */
export function printInstances(instances: readonly number[]): string {
  const sorted = [...new Set(instances)].sort((a, b) => a - b)
  const ranges: { first: number; last: number }[] = []
  for (const instance of sorted) {
    const range = ranges.at(-1)
    if (range?.last === instance - 1) range.last = instance
    else ranges.push({ first: instance, last: instance })
  }
  return ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",")
}
