import { refuse } from "./query-error.js"
import { replaceByRegExp } from "./regexp-filter.js"
import { type Labels, type Series, without } from "./series.js"
import { distinct } from "./series-operations.js"

/**
 * `label_replace`: where the expression matches the whole value of the label `from`, the label `to` becomes `replacement`, in which `$1`
 * and `$name` stand for groups.
 *
 * @throws {QueryError} `bad_data` for a label without a name or what is no expression; `execution` if series become the same
 */
export function labelReplace(
  series: readonly Series[],
  to: string,
  replacement: string,
  from: string,
  regexp: string,
): Series[] {
  checkLabel(to)
  const values = replaceByRegExp(
    regexp,
    series.map(({ labels }) => labels[from] ?? ""),
    replacement,
  )
  const replaced = series.map((one, i) =>
    values[i] === undefined ? one : { ...one, labels: withLabel(one.labels, to, values[i]) },
  )
  return distinct(replaced, "label_replace")
}

/** `label_join`: the label `to` becomes the values of the others, with the separator between them. @throws as `labelReplace` */
export function labelJoin(series: readonly Series[], to: string, separator: string, from: readonly string[]): Series[] {
  checkLabel(to)
  const joined = (labels: Labels) => from.map((name) => labels[name] ?? "").join(separator)
  return distinct(
    series.map((one) => ({ ...one, labels: withLabel(one.labels, to, joined(one.labels)) })),
    "label_join",
  )
}

function checkLabel(name: string): void {
  if (name === "") refuse("a label has a name")
}

const withLabel = (labels: Labels, name: string, value: string): Labels =>
  value === "" ? without(labels, [name]) : { ...labels, [name]: value }
