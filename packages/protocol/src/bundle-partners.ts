import type { JsonValue } from "./json.js"

/**
 * For each element of a list the one of the stored list that it comes from; undefined where that is not certain. `looks` gives what is to be
 * compared: elements that look alike may be one. One that was changed is the one in its place, if no other element has moved.
 */
export function partnersOf(
  elements: readonly JsonValue[],
  stored: readonly JsonValue[],
  looks: (element: JsonValue) => string,
): (JsonValue | undefined)[] {
  if (stored.length === 0) return elements.map(() => undefined)
  const now = elements.map(looks)
  const before = stored.map(looks)
  const isStill = elements.length === stored.length
  const moved = new Set(before)
  const hasMoved = !isStill || now.some((look, i) => look !== before[i] && moved.has(look))
  if (!hasMoved) return elements.map((_, i) => stored[i])
  const alike = new Map<string, JsonValue[]>()
  stored.forEach((element, i) => {
    const look = before[i]!
    alike.set(look, [...(alike.get(look) ?? []), element])
  })
  return now.map((look) => onlyOne(alike.get(look) ?? []))
}

/** The element of a list that holds one, be it several times. */
function onlyOne([first, ...others]: readonly JsonValue[]): JsonValue | undefined {
  return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined
}
