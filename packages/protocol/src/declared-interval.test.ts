import { expect, test } from "vitest"
import { declaredInterval } from "./declared-interval.js"

test.each([
  [{ interval: "100ms" }, 100_000_000n],
  [{ interval: 0.5, rate: 10 }, 500_000_000n],
  [{ rate: 10 }, 100_000_000n],
  [{ rate: 1 / 60 }, 60_000_000_000n],
  [{ interval: "often", rate: 2 }, 500_000_000n],
  [{ interval: "0s", rate: 0 }, undefined],
  [{ rate: -1 }, undefined],
  [{ rate: Number.POSITIVE_INFINITY }, undefined],
  [{ rate: 1e-300 }, undefined],
  [{ interval: {}, rate: "1" }, undefined],
  [{}, undefined],
])("%j", (metadata, ns) => {
  expect(declaredInterval(metadata as never)?.ns).toBe(ns)
})
