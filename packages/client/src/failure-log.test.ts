import { expect, test } from "vitest"
import { FailureLog } from "./failure-log.js"
import { silentLogger } from "./logger.js"

test("the first failure is logged at once, then one line a minute with the number of the others", () => {
  const lines: string[] = []
  const clock = { ms: 0 }
  const failures = new FailureLog({ ...silentLogger, warn: (line) => lines.push(line) }, () => clock.ms)
  failures.add("update", new Error("sensor away"))
  for (let i = 0; i < 100; i += 1) {
    clock.ms += 500
    failures.add("update", new Error("sensor away"))
  }
  expect(lines).toEqual(["update: sensor away"])
  clock.ms = 60_000
  failures.add("update", "no error at all")
  expect(lines.slice(1)).toEqual(["update: no error at all (and 100 failures since the last line)"])
  clock.ms = 120_000
  failures.add("update", new Error("again"))
  expect(lines.slice(2)).toEqual(["update: again"])
  expect(failures.count).toBe(103)
})
