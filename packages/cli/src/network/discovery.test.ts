import { expect, test } from "vitest"
import { discoverRow } from "./discovery.js"

test("answers of all libraries, and of none", () => {
  const cases: [Parameters<typeof discoverRow>[1], string[]][] = [
    [
      {
        alive: true,
        currentTime: "2026-11-23T10:00:00.500000+00:00",
        startingTime: "2026-11-23T10:00:00.200000+00:00",
        uptime: 300000000,
        metricqVersion: "metricq-python/5.4",
        version: "1.2",
        hostname: "n1",
      },
      ["a", "n1", "0.3 s", "1.2", "metricq-python/5.4", ""],
    ],
    [
      {
        alive: true,
        currentTime: "2026-11-23T10:00:10.000000000+0200",
        startingTime: "2026-11-23T10:00:00.000000000+0200",
        uptime: 10.5,
      },
      ["a", "", "10 s", "", "", ""],
    ],
    [{ alive: true, uptime: 7200 }, ["a", "", "2 h", "", "", ""]],
    [{ alive: true, uptime: 7200e9 }, ["a", "", "2 h", "", "", ""]],
    [{ alive: true, currentTime: "now", startingTime: 5, uptime: "long" }, ["a", "", "", "", "", ""]],
    [{ error: "no such function" }, ["a", "", "", "", "", "error: no such function"]],
    [{ hostname: ["x"] }, ["a", '["x"]', "", "", "", "not alive"]],
  ]
  for (const [answer, row] of cases) expect(discoverRow("a", answer)).toEqual(row)
})
