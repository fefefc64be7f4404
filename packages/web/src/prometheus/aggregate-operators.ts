import type { Grouping } from "./expression.js"
import { keyOf, type Labels, nameLabel, newSeries, pick, put, type Series, without } from "./series.js"
import { deviationOf, quantileOf } from "./statistics.js"

/** `sum by (unit) (…)`: one series for each group; topk and bottomk keep series of the group. `numbers`: the parameter at each step. */
export function aggregateOver(
  op: string,
  series: readonly Series[],
  { labels, without: isWithout }: Grouping,
  numbers: Float64Array | undefined,
  count: number,
): Series[] {
  const groups = new Map<string, { labels: Labels; members: Series[] }>()
  for (const one of series) {
    const kept = isWithout ? without(one.labels, [nameLabel, ...labels]) : pick(one.labels, labels)
    const key = keyOf(kept)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { labels: kept, members: [one] })
    else group.members.push(one)
  }
  if (op === "topk" || op === "bottomk") {
    return [...groups.values()].flatMap(({ members }) => ranked(op, members, numbers!, count))
  }
  return [...groups.values()].map((group) => reduced(op, group.labels, group.members, numbers, count))
}

const reductions: Readonly<Record<string, (values: readonly number[], parameter: number) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  // NaN counts only if there is nothing else.
  min: (values) => values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max: (values) => values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => deviationOf(values),
  stdvar: (values) => deviationOf(values) ** 2,
  quantile: (values, parameter) => quantileOf(values, parameter),
}

function reduced(
  op: string,
  labels: Labels,
  members: readonly Series[],
  numbers: Float64Array | undefined,
  count: number,
) {
  const result = newSeries(labels, count)
  const reduce = reductions[op]!
  const values: number[] = []
  for (let step = 0; step < count; step++) {
    values.length = 0
    for (const { present, values: column } of members) if (present[step] === 1) values.push(column[step]!)
    if (values.length > 0) put(result, step, reduce(values, numbers?.[step] ?? Number.NaN))
  }
  return result
}

function ranked(op: "topk" | "bottomk", members: readonly Series[], numbers: Float64Array, count: number): Series[] {
  const results = members.map(({ labels }) => newSeries(labels, count))
  const sign = op === "topk" ? -1 : 1
  for (let step = 0; step < count; step++) {
    const places = [...members.keys()].filter((i) => members[i]!.present[step] === 1)
    const value = (i: number) => members[i]!.values[step]!
    // NaN last; the stable sort keeps the order of names among equals.
    places.sort((a, b) => {
      const [x, y] = [value(a), value(b)]
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return x === y ? 0 : x < y ? -sign : sign
    })
    const most = Math.max(0, Math.trunc(numbers[step]!) || 0)
    for (const i of places.slice(0, most)) put(results[i]!, step, value(i))
  }
  return results
}
