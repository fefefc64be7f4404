import { expect, test } from "vitest"
import type { SurveyPage } from "../health/survey.js"
import { catalogueEntry } from "./catalogue.js"
import { MeasuredRates } from "./measured-rates.js"
import { groupMetrics } from "./metric-groups.js"

const NOW = 1_795_669_261_000

/** Databases that tell of metrics at so many points a second, and how often they were asked. */
class Databases {
  asked = 0
  readonly told: Record<string, Record<string, number>>

  constructor(told: Record<string, Record<string, number>>) {
    this.told = told
  }

  async *survey(database: string): AsyncGenerator<SurveyPage> {
    this.asked++
    const rates = this.told[database]
    if (rates === undefined) throw new Error("nobody of that name")
    const points = Object.entries(rates).map(([name, rate]) => {
      const count = rate === 0 ? 0 : 101
      const sinceMs = rate === 0 ? NOW : NOW - 100_000 / rate
      return [name, { timeMs: NOW, sinceMs, count, nan: 0, value: 1, min: 1, max: 1 }] as const
    })
    yield { nowMs: NOW, points: new Map(points) }
  }
}

const lab = (...names: string[]) => groupMetrics(names.map((name) => catalogueEntry(name, { source: "s", rate: 1 })))

function measuring(databases: Databases) {
  const clock = { ms: 0 }
  const rates = new MeasuredRates(
    (database) => databases.survey(database),
    () => clock.ms,
  )
  const after = async (ms: number, tokens: string[], subject: ReturnType<typeof lab>) => {
    clock.ms += ms
    rates.get(tokens, subject)
    await rates.settled()
    return rates.get(tokens, subject)
  }
  return { rates, after }
}

const numbers = (list: Float32Array | undefined) => list && [...list].map((rate) => Math.round(rate))

test("gives at once what is known, and asks behind the back of who wants to know", async () => {
  const databases = new Databases({ "db-a": { "lab.a": 5, "lab.other": 1 } })
  const { rates, after } = measuring(databases)
  const subject = lab("lab.a", "lab.b")
  expect(rates.get(["db-a"], subject)).toMatchObject({ any: undefined })
  await rates.settled()
  const measured = rates.get(["db-a"], subject)
  expect(numbers(measured.of("db-a"))).toEqual([5, Number.NaN])
  expect((await after(14_000, ["db-a"], subject)).revision).toBe(measured.revision)
  expect(databases.asked).toBe(1)
  await after(1_000, ["db-a"], subject)
  expect(databases.asked).toBe(2)
})

test("keeps what a checkpoint has taken from memory, and what metrics that come and go leave", async () => {
  const databases = new Databases({ "db-a": { "lab.a": 5, "lab.c": 7 } })
  const { after } = measuring(databases)
  await after(0, ["db-a"], lab("lab.a", "lab.c"))
  databases.told["db-a"] = { "lab.a": 0, "lab.c": 8 }
  const subject = lab("lab.a", "lab.b", "lab.c")
  expect(numbers((await after(1_000, ["db-a"], subject)).any)).toEqual([5, Number.NaN, 7])
  expect(numbers((await after(15_000, ["db-a"], subject)).any)).toEqual([5, Number.NaN, 8])
})

test("of what several databases take the most is what comes; one that tells nothing is left out", async () => {
  const databases = new Databases({ "db-a": { "lab.a": 5 }, "db-b": { "lab.a": 4, "lab.b": 3 } })
  const { after } = measuring(databases)
  const measured = await after(0, ["db-a", "db-b", "db-gone"], lab("lab.a", "lab.b"))
  expect(numbers(measured.any)).toEqual([5, 3])
  expect(measured.of("db-gone")).toBeUndefined()
})
