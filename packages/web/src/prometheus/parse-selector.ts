import type { Selector } from "./expression.js"
import { parseString } from "./literals.js"
import { type Matcher, type MatchOperator, matchesEmpty } from "./matchers.js"
import { refuse } from "./query-error.js"
import { nameLabel } from "./series.js"
import { childrenOf, type Place, textOf } from "./syntax-tree.js"

/** @throws {QueryError} `bad_data` for a selector without a condition that a series has to fulfil, as Prometheus demands */
export function selectorOf(place: Place): Selector {
  const matchers: Matcher[] = []
  for (const child of childrenOf(place)) {
    if (child.node.name === "Identifier") matchers.push(nameIs(textOf(child)))
    else for (const matcher of childrenOf(child)) matchers.push(matcherOf(matcher))
  }
  if (matchers.every((matcher) => matchesEmpty(matcher))) {
    refuse(`${textOf(place)} says nothing about the series it means; write a name in it: {"a.b"}`)
  }
  if (matchers.filter(({ label, op }) => label === nameLabel && op === "=").length > 1) {
    refuse(`${textOf(place)} has two names`)
  }
  return { matchers, offsetMs: 0 }
}

const nameIs = (value: string): Matcher => ({ label: nameLabel, op: "=", value })

function matcherOf(place: Place): Matcher {
  if (place.node.name === "QuotedLabelName") return nameIs(labelOf(place))
  const [label, op, value] = childrenOf(place)
  return { label: labelOf(label!), op: textOf(op!) as MatchOperator, value: parseString(textOf(value!)) }
}

/** The name of a label, quoted or not. */
export function labelOf(place: Place): string {
  return place.node.name === "QuotedLabelName" ? parseString(textOf(place)) : textOf(place)
}
