import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Destination, Route } from "./binding.js"
import { TopicTrie } from "./topic-trie.js"

const destination = (name: string): Destination => ({
  kind: "queue",
  name,
  durable: false,
  incoming: new Map(),
  routeStamp: 0,
})

/** The definition of a match, word by word. */
function matches(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return words.length === 0
  if (first === "#") return matches(rest, words) || (words.length > 0 && matches(pattern, words.slice(1)))
  return words.length > 0 && (first === "*" || first === words[0]) && matches(rest, words.slice(1))
}

const wordsOf = (key: string) => (key === "" ? [] : key.split("."))

/** One route for all, as in a vhost: a destination's stamp means something only to one. */
const route = new Route()

function found(trie: TopicTrie, key: string): string[] {
  route.restart()
  trie.match(key, route)
  return route.destinations.map(({ name }) => name).sort()
}

const word = fc.constantFrom("a", "b", "c", "")
const key = fc.array(word, { maxLength: 6 }).map((words) => words.join("."))
const pattern = fc
  .array(fc.oneof(word, fc.constantFrom("*", "#")), { minLength: 1, maxLength: 6 })
  .map((words) => words.join("."))

describe("topic patterns", () => {
  test("match what the definition says, for any set of patterns, also after some are removed", () => {
    const sets = fc.array(fc.tuple(pattern, fc.boolean()), { maxLength: 12 })
    fc.assert(
      fc.property(sets, fc.array(key, { minLength: 1 }), (patterns, keys) => {
        const trie = new TopicTrie()
        const bound = patterns.map(([text, removed], index) => ({ text, removed, queue: destination(`${index}`) }))
        const expected = (routed: string, among: typeof bound) =>
          among
            .filter(({ text }) => matches(text.split("."), wordsOf(routed)))
            .map(({ queue }) => queue.name)
            .sort()
        for (const { text, queue } of bound) trie.add(text, queue)
        for (const routed of keys) expect(found(trie, routed)).toEqual(expected(routed, bound))
        for (const { text, queue, removed } of bound) if (removed) trie.remove(text, queue)
        const kept = bound.filter(({ removed }) => !removed)
        expect(trie.size).toBe(kept.length)
        for (const routed of keys) expect(found(trie, routed)).toEqual(expected(routed, kept))
      }),
      { numRuns: 500 },
    )
  })

  test("give a destination once, however many of its patterns match", () => {
    const trie = new TopicTrie()
    const queue = destination("q")
    for (const text of ["#", "a.#", "#.b", "a.*", "*.b", "*.*"]) trie.add(text, queue)
    expect(found(trie, "a.b")).toEqual(["q"])
  })

  test("leave nothing behind when they are removed", () => {
    const trie = new TopicTrie()
    const queue = destination("q")
    trie.remove("a.#", queue)
    trie.add("a.#.b", queue)
    trie.add("a.#.b", queue)
    trie.remove("a.#.b", queue)
    expect(found(trie, "a.x.b")).toEqual(["q"])
    trie.remove("a.#.b", queue)
    trie.remove("a.#.b", queue)
    expect(found(trie, "a.x.b")).toEqual([])
    expect(trie.size).toBe(0)
  })

  test("that a naive matcher would take ages for cost next to nothing", () => {
    const trie = new TopicTrie()
    for (let length = 1; length <= 60; length++) trie.add(`${"#.a.".repeat(length)}#.b`, destination(`${length}`))
    const hostile = Array(120).fill("a").join(".")
    const started = performance.now()
    expect(found(trie, hostile)).toEqual([])
    expect(found(trie, `${hostile}.b`)).toHaveLength(60)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
