import { filterByRegExp } from "./regexp-filter.js"

export type MatchOperator = "=" | "!=" | "=~" | "!~"

/** A condition on a label. Regular expressions match the whole value; a label that is not there is "". */
export interface Matcher {
  label: string
  op: MatchOperator
  value: string
}

/** Whether it holds for a series without the label. @throws {QueryError} see `valuesThatMatch` */
export function matchesEmpty(matcher: Matcher): boolean {
  return valuesThatMatch(matcher, [""]).size === 1
}

/**
 * Those of the values that the matcher lets through.
 *
 * @throws {QueryError} `bad_data` for what is no regular expression, `execution` for one that takes too long
 */
export function valuesThatMatch({ op, value }: Matcher, values: Iterable<string>): Set<string> {
  if (op === "=" || op === "!=") return new Set([...values].filter((other) => (other === value) === (op === "=")))
  return new Set(filterByRegExp(value, [...values], op === "=~"))
}
