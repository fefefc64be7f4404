import fc from "fast-check"
import { expect, test } from "vitest"
import { ReadyList } from "./ready-list.js"

interface Entry {
  readonly position: number
}

/** Steps of a list's life: push a new entry, take the first, put back one of those taken (chosen by number). */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: "push" as const }) },
    { weight: 3, arbitrary: fc.constant({ kind: "shift" as const }) },
    { weight: 2, arbitrary: fc.nat().map((pick) => ({ kind: "putBack" as const, pick })) },
  ),
  { maxLength: 400 },
)

test("gives entries out in the order of their positions, whatever comes back when", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const list = new ReadyList<Entry>()
      const model: Entry[] = []
      const taken: Entry[] = []
      let position = 0
      for (const step of all) {
        if (step.kind === "push") {
          const entry = { position: position++ }
          list.push(entry)
          model.push(entry)
        } else if (step.kind === "shift") {
          const entry = list.shift()
          expect(entry).toBe(model.shift())
          if (entry !== undefined) taken.push(entry)
        } else if (taken.length > 0) {
          const [entry] = taken.splice(step.pick % taken.length, 1) as [Entry]
          list.putBack(entry)
          model.push(entry)
          model.sort((a, b) => a.position - b.position)
        }
        expect(list.length).toBe(model.length)
        expect(list.peek()).toBe(model[0])
      }
    }),
  )
})

test("grows to a million and shrinks again", () => {
  const list = new ReadyList<Entry>()
  for (let position = 0; position < 1_000_000; position++) list.push({ position })
  let inOrder = 0
  while (list.shift()?.position === inOrder) inOrder++
  expect(inOrder).toBe(1_000_000)
  expect(list.shift()).toBeUndefined()
  list.push({ position: 1_000_000 })
  expect(list.peek()).toEqual({ position: 1_000_000 })
})
