import { describe, expect, test } from "vitest"
import { StoragePlan } from "./storage-plan.js"

const S = 1_000_000_000n
const plan = (document: object) => new StoragePlan("db-test", document)

/** A document of metricq-db-hta. */
const original = {
  type: "file",
  path: "/var/hta",
  threads: 4,
  metrics: {
    "lab.a": {
      mode: "RW",
      interval_min: 400_000_000,
      interval_max: 400_000_000_000_000,
      interval_factor: 10,
      input: "lab.a.100Hz",
    },
    "lab.b": {},
    "lab.old": { mode: "R" },
  },
  logging: { nan_values: true, inf_values: true, non_monotonic_values: true },
  stats: { prefix: "db.hta.", rate: 0.1 },
}

describe("documents of the original", () => {
  test("store what they name under its name, with values that hold for ever", () => {
    const made = plan(original)
    const a = made.destination("lab.a.100Hz")
    expect(a?.name).toBe("lab.a")
    expect(a?.rule.interval).toBe("any")
    expect(a?.rule.levels(S)).toEqual({
      intervalMinNs: 400_000_000n,
      intervalMaxNs: 400_000_000_000_000n,
      intervalFactor: 10,
      maxGapNs: undefined,
    })
    expect(made.destination("lab.b")?.rule.levels(S)).toMatchObject({ intervalMinNs: 10n * S, maxGapNs: undefined })
    expect(made.subscriptions).toContainEqual({ name: "lab.a", input: "lab.a.100Hz" })
    expect(made.config.stats).toEqual({ prefix: "db.hta.", rate: 0.1 })
  })

  test("are read as they are, with a line for each setting that has no meaning here", () => {
    expect(plan(original).warnings.map((line) => line.split(":")[0])).toEqual([
      "path",
      "threads",
      "logging.nan_values",
      "logging.non_monotonic_values",
    ])
    expect(plan({}).warnings).toEqual(["nothing is stored: there are no metrics and no patterns"])
    expect(plan({ metrics: { "a.b": { mode: "W" } } }).warnings[0]).toMatch(/mode "W" of a.b: is as "RW" here/)
  })

  test("a metric to read only takes no points, nor does a name whose points come from elsewhere", () => {
    const made = plan({ ...original, patterns: ["**"] })
    expect(made.destination("lab.old")).toBeUndefined()
    expect(made.rule("lab.old")).toBeDefined()
    expect(made.destination("lab.a")).toBeUndefined()
    expect(made.rule("lab.a.100Hz")).toBeUndefined()
    expect(made.destination("lab.c")?.name).toBe("lab.c")
  })

  test("a prefix is a pattern for what is below it", () => {
    const made = plan({ metrics: { lab: { prefix: true, interval_min: 1_000_000_000 } } })
    expect(made.destination("lab.a.b")?.rule.levels(S)).toMatchObject({ intervalMinNs: S, maxGapNs: undefined })
    expect(made.destination("lab")).toBeUndefined()
    expect(made.subscriptions).toEqual([{ name: "lab.#", input: "lab.#" }])
  })
})

describe("patterns", () => {
  test("the first that matches and does not exclude a name counts", () => {
    const made = plan({
      patterns: [
        { pattern: "lab.**", exclude: ["lab.secret.**", "/tmp/"], maxGap: "1min" },
        { pattern: "lab.secret.*", interval: "5s" },
        { pattern: "*.power", maxGap: "forever", interval_min: "1s" },
      ],
    })
    expect(made.destination("lab.a")?.rule.levels(S)).toMatchObject({ intervalMinNs: 30n * S, maxGapNs: 60n * S })
    expect(made.destination("lab.secret.a")?.rule.interval).toBe(5n * S)
    expect(made.destination("lab.secret.a.b")).toBeUndefined()
    expect(made.destination("lab.tmp")).toBeUndefined()
    expect(made.destination("hall.power")?.rule.interval).toBe("any")
    expect(made.destination("hall.power.x")).toBeUndefined()
    expect(made.subscriptions.map(({ input }) => input)).toEqual(["lab.#", "lab.secret.*", "*.power"])
  })

  test("a metric that is named goes its own way", () => {
    const made = plan({ metrics: { "lab.a": {} }, patterns: ["lab.**"] })
    expect(made.destination("lab.a")?.rule.levels(S).maxGapNs).toBeUndefined()
    expect(made.destination("lab.b")?.rule.levels(S).maxGapNs).toBe(10n * S)
    expect(made.names("lab.a")).toBe(true)
    expect(made.names("lab.b")).toBe(false)
  })

  test("an expression that takes too long is told about", () => {
    const made = plan({ patterns: ["/^(a+)+$/", "lab.**"] })
    expect(made.slowPatterns).toEqual([])
    expect(made.destination(`${"a".repeat(60)}b`)).toBeUndefined()
    expect(made.slowPatterns).toEqual(["/^(a+)+$/"])
    expect(made.destination("lab.a")).toBeDefined()
  })
})

test("retention is that of the metric or pattern, else that for everything", () => {
  const retention = { raw: "90d", levels: { "1h": "forever", "1min": "2 d" } }
  const made = plan({ metrics: { "a.a": { retention: { raw: "1d" } } }, patterns: ["**"], retention })
  expect(made.rule("a.a")?.retention).toMatchObject({ pointsNs: 86_400n * S, rows: [] })
  expect(made.rule("a.b")?.retention).toMatchObject({
    pointsNs: 90n * 86_400n * S,
    rows: [
      { intervalNs: 60n * S, keepNs: 2n * 86_400n * S },
      { intervalNs: 3600n * S, keepNs: undefined },
    ],
  })
})

test.each([
  [{ metrics: [] }, "metrics: expected an object, got an array"],
  [{ metrics: { "a.#": {} } }, 'metrics: expected the name of a metric as a key, got "a.#"'],
  [{ metrics: { "a.b": { interval_min: 0 } } }, /^metrics\["a.b"\].interval_min: expected .*, got 0$/],
  [{ metrics: { "a.b": { interval_min: 1.5 } } }, /interval_min: expected a whole number of nanoseconds/],
  [{ metrics: { "a.b": { interval_min: 1_000_000_001 } } }, /metrics\["a.b"\]: a.b: interval_min .* not divisible/],
  [{ metrics: { "a.b": { interval_max: 1 } } }, /interval_max \(1 ns\) is less than interval_min/],
  [
    { metrics: { "a.b": { input: "x" }, "a.c": { input: "x" } } },
    /metrics\["a.c"\]: input: .* got x, which is stored as a.b/,
  ],
  [{ metrics: { "a.b": { prefix: true, input: "x" } } }, /expected no "input" together with "prefix"/],
  [{ patterns: ["/(/"] }, /^patterns\[0\]: expected a glob such as/],
  [{ patterns: [{ pattern: "**", interval: "soon" }] }, /^patterns\[0\].interval: expected a duration/],
  [{ patterns: [{ pattern: "**", interval_min: "1s", interval_factor: 7 }] }, /patterns\[0\]: \*\*: interval_min/],
  [{ retention: { raw: "long" } }, /^retention.raw: expected a duration such as "90d", or "forever", got "long"$/],
  [{ retention: { levels: { soon: "1d" } } }, /^retention.levels: expected a duration .* as a key, got "soon"$/],
  [{ stats: { prefix: "_x." } }, /^stats.prefix: expected the beginning of metric names/],
  [{ limits: { bytes: 2 ** 40 } }, /^limits.bytes: expected a whole number ≥ 1024 and ≤ 104857600/],
])("a document that cannot be is refused: %j", (document, problem) => {
  let problems: readonly string[] = []
  try {
    plan(document)
  } catch (error) {
    problems = (error as { problems: readonly string[] }).problems
  }
  expect(problems).toHaveLength(1)
  if (typeof problem === "string") expect(problems[0]).toBe(problem)
  else expect(problems[0]).toMatch(problem)
})
