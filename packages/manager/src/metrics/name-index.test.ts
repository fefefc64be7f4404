import fc from "fast-check"
import { expect, test } from "vitest"
import { NameIndex } from "./name-index.js"

function namesOf(index: NameIndex): string[] {
  const names: string[] = []
  for (let run = index.blockAt(""); run; run = index.blockAt(`${names.at(-1)}\0`))
    names.push(...run.block.names.slice(run.at))
  return names
}

test("keeps names sorted over many blocks, whatever order they come in", () => {
  const ascending = Array.from({ length: 5000 }, (_, i) => `m.${String(i).padStart(5, "0")}`)
  for (const order of [ascending, [...ascending].reverse(), shuffled(ascending)]) {
    const index = new NameIndex()
    for (const name of order) index.set({ name, historic: false, hidden: false })
    expect(index.size).toBe(5000)
    expect(namesOf(index)).toEqual(ascending)
  }
})

test("is a set with marks under any sequence of changes", () => {
  const name = fc.integer({ min: 0, max: 4000 }).map((n) => `n${n}`)
  const change = fc.record({ name, historic: fc.boolean(), hidden: fc.boolean(), gone: fc.boolean() })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6000, size: "max" }), (changes) => {
      const index = new NameIndex()
      const model = new Map<string, { historic: boolean; hidden: boolean }>()
      index.apply(changes)
      for (const { name, historic, hidden, gone } of changes) {
        if (gone) model.delete(name)
        else model.set(name, { historic, hidden })
      }
      expect(namesOf(index)).toEqual([...model.keys()].sort())
      expect(index.size).toBe(model.size)
      for (const [name, { historic, hidden }] of model) {
        expect([index.has(name, { historic, hidden }), index.has(name, { historic: !historic })]).toEqual([true, false])
      }
      expect(index.has("nothing")).toBe(false)
    }),
    { numRuns: 20 },
  )
})

function shuffled(names: readonly string[]): string[] {
  return names
    .map((name, i) => [(i * 2654435761) % 4294967296, name] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, name]) => name)
}
