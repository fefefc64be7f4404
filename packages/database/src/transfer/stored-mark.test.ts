import fc from "fast-check"
import { expect, test } from "vitest"
import { StoredMark } from "./stored-mark.js"

test("the mark never passes a piece that is not stored, in whatever order they are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      (parts, choices) => {
        let reached = -1
        const missing = [...parts]
        const mark = new StoredMark((position: number) => {
          expect(position).toBeGreaterThan(reached)
          reached = position
        })
        const stored = parts.map((count, index) => mark.next(index, count))
        const expected = (): number => {
          const first = missing.findIndex((count) => count > 0)
          return first === -1 ? missing.length - 1 : first - 1
        }
        const open = parts.flatMap((count, index) => Array<number>(count).fill(index))
        while (open.length > 0) {
          const [index] = open.splice(choices.next().value! % open.length, 1)
          missing[index!]! -= 1
          stored[index!]!()
          expect(reached).toBe(expected())
        }
        expect(reached).toBe(parts.length - 1)
      },
    ),
  )
})
