import { expect, test } from "vitest"
import { damageLines, progressLabel, reportLine, skipLines } from "./report.js"

const report = {
  kind: "hta" as const,
  path: "/var/hta",
  points: 12_345_678,
  metrics: 10,
  resumedBytes: 0,
  totalBytes: 2e8,
  seconds: 12.3,
  skipped: [{ reason: "infinite values", count: 1200, first: "line 6" }],
  damage: [
    { kind: "torn" as const, file: "/var/hta/lab.a/raw.hta", offset: 4080, count: 1 },
    { kind: "no-time" as const, file: "/var/hta/lab.a/raw.hta", offset: 96, count: 2000 },
    { kind: "missing-raw" as const, file: "/var/hta/lab.b", offset: 0, count: 1 },
    {
      kind: "header" as const,
      file: "/var/hta/lab.c/raw.hta",
      offset: 0,
      count: 1,
      message: "/var/hta/lab.c/raw.hta: what",
    },
  ],
}

test("what an import has done", () => {
  expect(reportLine(report)).toBe("imported 12,345,678 points of 10 metrics in 12 s (1M points/s)")
  expect(reportLine({ ...report, points: 1, metrics: 1, seconds: 0.5, resumedBytes: 1e8 })).toBe(
    "imported 1 point of 1 metric in 0.5 s (2 points/s); 100 MB of 200 MB were imported before",
  )
  expect(skipLines(report)).toEqual(["left out: infinite values (1,200, first: line 6)"])
  const level = { kind: "level-short" as const, file: "/var/hta/lab.a/10.hta", offset: 80, count: 1 }
  expect(damageLines({ ...report, damage: [level] })).toEqual(["/var/hta/lab.a/10.hta: 1 row missing at its end"])
  expect(damageLines(report)).toEqual([
    "/var/hta/lab.a/raw.hta: it ends within a point, at byte 4080",
    "/var/hta/lab.a/raw.hta: left out: 2,000 points without a time, the first at byte 96",
    "/var/hta/lab.b: there is no raw.hta",
    "/var/hta/lab.c/raw.hta: what",
  ])
})

test("how far it is", () => {
  expect(progressLabel(undefined)).toBe("looking at what there is")
  const progress = { current: "lab.a", points: 1_500_000, bytes: 5e7, totalBytes: 2e8, pointsPerSecond: 3.21e6 }
  expect(progressLabel(progress)).toBe("25 % of 200 MB, 1,500,000 points, 3.21M/s, lab.a")
})
