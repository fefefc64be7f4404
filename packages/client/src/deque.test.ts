import fc from "fast-check"
import { expect, test } from "vitest"
import { Deque } from "./deque.js"

test("takes from both ends and from within, by number", () => {
  const deque = new Deque<string>()
  expect([deque.push("a"), deque.push("b"), deque.push("c")]).toEqual([0, 1, 2])
  expect(deque.take(1)).toBe("b")
  expect(deque.take(1)).toBeUndefined()
  deque.unshift("z")
  expect(deque.first).toBe(-1)
  expect(deque.shift()).toBe("z")
  expect(deque.shift()).toBe("a")
  expect(deque.first).toBe(2)
  expect(deque.shift()).toBe("c")
  expect(deque.isEmpty).toBe(true)
  expect(deque.shift()).toBeUndefined()
})

test("behaves as a map of numbers would, over growth and shrinking", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ do: "push" as const }) },
    { weight: 2, arbitrary: fc.constant({ do: "shift" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "unshift" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("take" as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const deque = new Deque<number>()
      const model = new Map<number, number>()
      let first = 0
      let end = 0
      let serial = 0
      const settle = () => {
        while (first < end && !model.has(first)) first++
      }
      for (const action of steps) {
        if (action.do === "push") {
          model.set(end, serial)
          expect(deque.push(serial++)).toBe(end++)
        } else if (action.do === "unshift") {
          model.set(--first, serial)
          deque.unshift(serial++)
        } else {
          const at = action.do === "shift" ? first : first + Math.floor(action.at * (end - first))
          expect(action.do === "shift" ? deque.shift() : deque.take(at)).toBe(model.get(at))
          model.delete(at)
          settle()
        }
        expect(deque.isEmpty).toBe(model.size === 0)
        expect(deque.peek()).toBe(model.get(first))
      }
    }),
  )
})

test("gives the memory of a burst back, and keeps counting", () => {
  const deque = new Deque<number>()
  for (let i = 0; i < 10_000; i++) deque.push(i)
  for (let i = 0; i < 10_000; i++) expect(deque.shift()).toBe(i)
  expect(deque.push(1)).toBe(10_000)
  expect(deque.take(10_000)).toBe(1)
})
