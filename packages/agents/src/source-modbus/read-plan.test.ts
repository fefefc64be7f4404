import fc from "fast-check"
import { expect, test } from "vitest"
import { type RegisterFunction, registerFunctions } from "./protocol/functions.js"
import { type PlannedRead, planReads, type Span, splitRead } from "./read-plan.js"

const span = fc.record({
  kind: fc.constantFrom<RegisterFunction>(...registerFunctions),
  address: fc.integer({ min: 0, max: 400 }),
  count: fc.constantFrom(1, 2, 4, 8),
})
const limits = fc.record({ maxRegisters: fc.integer({ min: 8, max: 125 }), maxGap: fc.constantFrom(0, 1, 10, 1000) })

const isBits = (kind: RegisterFunction) => kind === "coil" || kind === "discrete"
const covers = ({ request, spans }: PlannedRead<Span>) =>
  spans.every(
    ({ kind, address, count }) =>
      kind === request.kind && address >= request.address && address + count <= request.address + request.count,
  )

test("every span is in exactly one request, whole, and nothing is asked for beyond the limits", () => {
  fc.assert(
    fc.property(fc.array(span), limits, (spans, { maxRegisters, maxGap }) => {
      const reads = planReads(spans, { maxRegisters, maxGap })
      expect(reads.flatMap((read) => read.spans)).toHaveLength(spans.length)
      expect(new Set(reads.flatMap((read) => read.spans))).toEqual(new Set(spans))
      expect(reads.every(covers)).toBe(true)
      for (const { request, spans: inside } of reads) {
        expect(request.count).toBeLessThanOrEqual(isBits(request.kind) ? 16 * maxRegisters : maxRegisters)
        const wanted = new Set(
          inside.flatMap(({ address, count }) => Array.from({ length: count }, (_, i) => address + i)),
        )
        expect(Math.min(...wanted)).toBe(request.address)
        expect(Math.max(...wanted)).toBe(request.address + request.count - 1)
        let gap = 0
        for (let register = request.address; register < request.address + request.count; register += 1) {
          gap = wanted.has(register) ? 0 : gap + 1
          expect(gap).toBeLessThanOrEqual(maxGap)
        }
      }
    }),
  )
})

test("there are no more requests than needed", () => {
  fc.assert(
    fc.property(fc.array(span), limits, (spans, some) => {
      const reads = planReads(spans, some)
      for (const [i, read] of reads.entries()) {
        const next = reads[i + 1]
        if (next === undefined || next.request.kind !== read.request.kind) continue
        const longest = isBits(read.request.kind) ? 16 * some.maxRegisters : some.maxRegisters
        const [first] = next.spans as [Span]
        const end = read.request.address + read.request.count
        const fits =
          Math.max(end, first.address + first.count) - read.request.address <= longest &&
          first.address - end <= some.maxGap
        expect(fits).toBe(false)
      }
    }),
  )
})

test("what is refused is split until each span is alone, at the widest gaps first", () => {
  const at = (address: number): Span => ({ kind: "input", address, count: 2 })
  const [read] = planReads([at(0), at(2), at(50), at(52)], { maxRegisters: 125, maxGap: 125 }) as [PlannedRead<Span>]
  const [low, high] = splitRead(read) as [PlannedRead<Span>, PlannedRead<Span>]
  expect([low.request, high.request]).toEqual([
    { kind: "input", address: 0, count: 4 },
    { kind: "input", address: 50, count: 4 },
  ])
  expect(splitRead(low)?.map(({ request }) => request.address)).toEqual([0, 2])
  expect(splitRead((splitRead(low) as [PlannedRead<Span>])[0])).toBeUndefined()
  fc.assert(
    fc.property(fc.array(span, { minLength: 2 }), (spans) => {
      for (const one of planReads(spans, { maxRegisters: 125, maxGap: 125 })) {
        const parts = splitRead(one)
        expect(parts === undefined).toBe(one.spans.length === 1)
        if (parts !== undefined) expect(parts.flatMap((part) => part.spans)).toEqual(one.spans)
        expect(parts?.every(covers) ?? true).toBe(true)
      }
    }),
  )
})
