import { expect, test } from "vitest"
import { SinkValues } from "./sink-values.js"

const columns = (count: number, stepNs: bigint) => ({
  times: BigInt64Array.from({ length: count }, (_, i) => BigInt(i) * stepNs),
  values: Float64Array.from({ length: count }, (_, i) => i),
})

test("of each half second the first value is sent", () => {
  const values = new SinkValues()
  values.add("a.b", columns(12, 100_000_000n))
  values.add("c.d", columns(1, 1n))
  expect(values.take()).toBe(
    '{"data": [{"id": "a.b", "ts": 0, "value": 0.0}, {"id": "a.b", "ts": 600000000, "value": 6.0}, {"id": "c.d", "ts": 0, "value": 0.0}]}',
  )
  expect(values.length).toBe(0)
})

test("for a client that takes nothing the newest thousand are kept", () => {
  const values = new SinkValues()
  values.add("a.b", columns(1500, 1_000_000_000n))
  expect([values.length, values.dropped]).toEqual([1000, 500])
  const { data } = JSON.parse(values.take()) as { data: { value: number }[] }
  expect([data[0]!.value, data.at(-1)!.value]).toEqual([500, 1499])
})
