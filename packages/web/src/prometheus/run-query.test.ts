import { expect, test } from "vitest"
import { defaultLimits } from "./limits.js"
import { runQuery } from "./run-query.js"
import { isEmpty, type Steps } from "./series.js"
import type { SeriesSource } from "./series-source.js"
import { type MemoryMetric, MemorySource } from "./testing/memory-source.js"

const every = (stepS: number, count: number, value: (i: number) => number): MemoryMetric["points"] =>
  Array.from({ length: count }, (_, i) => [i * stepS * 1000, value(i)] as const)

/** `a.power`: 0, 1, 2 … W every second; `b.power`: 10 W; `c.count` rises by 5 a second and is reset at 30 s. */
const metrics: Record<string, MemoryMetric> = {
  "a.power": { unit: "W", source: "s1", intervalMs: 1000, points: every(1, 61, (i) => i) },
  "b.power": { unit: "W", source: "s2", intervalMs: 1000, points: every(1, 61, () => 10) },
  "c.count": { unit: "", source: "s1", points: every(1, 61, (i) => (i < 30 ? 1000 + 5 * i : 5 * (i - 30))) },
  "d.temperature": { unit: "°C", source: "s1", points: every(1, 61, (i) => (i % 2 === 0 ? 20 : 22)) },
}

const points = new MemorySource(metrics)
const instant = (seconds: number): Steps => ({ startMs: seconds * 1000, stepMs: 1, count: 1, isInstant: true })
const span = (startS: number, endS: number, stepS: number): Steps => ({
  ...{ startMs: startS * 1000, stepMs: stepS * 1000, count: Math.floor((endS - startS) / stepS) + 1, isInstant: false },
})

async function answer(query: string, steps: Steps, source: SeriesSource = points) {
  const { value } = await runQuery(query, steps, { source, limits: defaultLimits })
  if (value.type === "string") return value.value
  const rows = (values: Float64Array, present?: Uint8Array) =>
    Array.from(values, (one, i) =>
      present === undefined || present[i] === 1 ? Math.round(one * 1e9) / 1e9 : undefined,
    )
  if (value.type === "scalar") return rows(value.values)
  const label = (labels: object) => Object.values(labels).join(" ")
  const series = value.series.filter((one) => !isEmpty(one))
  return Object.fromEntries(series.map(({ labels, values, present }) => [label(labels), rows(values, present)]))
}

const at = (query: string, seconds = 60) => answer(query, instant(seconds))
const refused = (query: string, steps = instant(60), limits = defaultLimits) =>
  runQuery(query, steps, { source: points, limits }).then(
    () => undefined,
    (error) => ({ type: error.type, text: error.message }),
  )

test("numbers are answered without a source", async () => {
  const source = {} as SeriesSource
  const of = (query: string, steps = instant(4)) => answer(query, steps, source)
  expect(await of("1+1")).toEqual([2])
  expect(await of("-2^2 + 7 % 4 * 2")).toEqual([2])
  expect(await of("1 > bool 2")).toEqual([0])
  expect(await of("time()", span(0, 20, 10))).toEqual([0, 10, 20])
  expect(await of("vector(time()) * 2", span(0, 20, 10))).toEqual({ "": [0, 20, 40] })
  expect(await of("scalar(vector(pi())) > bool 3")).toEqual([1])
  expect(await of(`"text"`)).toBe("text")
  expect(await of("1 ^ NaN")).toEqual([1])
  expect(await of("hour() + minute()", instant(3661))).toEqual({ "": [2] })
})

test("a bare selector over steps gives the mean of each, or the aggregate that agg names", async () => {
  const steps = span(10, 30, 10)
  expect(await answer(`{"a.power"}`, steps)).toEqual({ "a.power W s1": [5.5, 15.5, 25.5] })
  expect(await answer("a:power", steps)).toEqual({ "a.power W s1": [5.5, 15.5, 25.5] })
  expect(await answer("U__a_2e_power", steps)).toEqual({ "a.power W s1": [5.5, 15.5, 25.5] })
  expect(await answer(`{"a.power", agg=~"min|max|count"}`, steps)).toEqual({
    ...{ "a.power W s1 min": [1, 11, 21], "a.power W s1 max": [10, 20, 30], "a.power W s1 count": [10, 10, 10] },
  })
  expect(await answer(`{"a.power", agg="avg"}`, steps)).toEqual({ "a.power W s1 avg": [5.5, 15.5, 25.5] })
  expect(await answer(`{"a.power", agg=""}`, steps)).toEqual({ "a.power W s1": [5.5, 15.5, 25.5] })
  expect(await answer(`{"a.power"} offset 10s`, steps)).toEqual({ "a.power W s1": [0, 5.5, 15.5] })
  expect(await answer(`{"no.such"}`, steps)).toEqual({})
})

test("after the newest point its value stays for ten intervals, at least a minute", async () => {
  expect(await answer(`{"a.power"}`, span(60, 180, 30))).toEqual({
    "a.power W s1": [45.5, 60, undefined, undefined, undefined],
  })
  expect(await at(`{"a.power"}`, 119)).toEqual({ "a.power W s1": [60] })
  expect(await at(`{"a.power"}`, 120)).toEqual({})
  // Nothing is declared of its interval.
  expect(await at(`{"c.count"}`, 359)).toEqual({ "c.count s1": [150] })
  const options = { source: points, limits: defaultLimits, lookbackMs: 1000 }
  expect((await runQuery(`{"a.power"}`, instant(62), options)).value).toMatchObject({ series: [] })
})

test("an instant gives the last value, and of agg that of the time in which it counts", async () => {
  expect(await at(`{"a.power"}`, 10.5)).toEqual({ "a.power W s1": [10] })
  expect(await at(`{"a.power", agg="min"}`, 60)).toEqual({ "a.power W s1 min": [1] })
  expect(await at(`{"a.power"} offset 50s`)).toEqual({ "a.power W s1": [10] })
})

test.each([
  ["points", points],
  ["rows", new MemorySource(metrics, { rows: true })],
])("functions over ranges, of %s", async (_, source) => {
  const of = (query: string) => answer(query, span(20, 40, 20), source)
  expect(await of(`avg_over_time({"a.power"}[10s])`)).toEqual({ "a.power W s1": [15.5, 35.5] })
  expect(await of(`max_over_time({"a.power"}[10s])`)).toEqual({ "a.power W s1": [20, 40] })
  expect(await of(`count_over_time({"a.power"}[20s])`)).toEqual({ "a.power W s1": [20, 20] })
  expect(await of(`sum_over_time({"b.power"}[10s])`)).toEqual({ "b.power W s2": [100, 100] })
  expect(await of(`rate({"c.count"}[20s])`)).toEqual(
    source === points ? { "c.count s1": [5, 4.75] } : expect.anything(),
  )
  expect(await of(`increase({"c.count"}[10s])`)).toEqual({ "c.count s1": [50, 50] })
  // Means of rows of 1.25 s, which the points do not fit.
  const near = (value: number) => (source === points ? value : expect.closeTo(value, 0))
  expect(await of(`deriv({"a.power"}[20s])`)).toEqual({ "a.power W s1": [near(1), near(1)] })
  expect(await of(`delta({"a.power"}[20s])`)).toEqual({ "a.power W s1": [near(20), near(20)] })
  expect(await of(`predict_linear({"b.power"}[20s], 60)`)).toEqual({ "b.power W s2": [10, 10] })
})

test("functions that need each point", async () => {
  expect(await at(`last_over_time({"a.power"}[10s])`)).toEqual({ "a.power W s1": [60] })
  expect(await at(`first_over_time({"a.power"}[10s])`)).toEqual({ "a.power W s1": [51] })
  expect(await at(`stddev_over_time({"d.temperature"}[10s])`)).toEqual({ "d.temperature °C s1": [1] })
  expect(await at(`quantile_over_time(0.5, {"a.power"}[10s])`)).toEqual({ "a.power W s1": [55.5] })
  expect(await at(`changes({"d.temperature"}[10s])`)).toEqual({ "d.temperature °C s1": [9] })
  expect(await at(`resets({"c.count"}[60s])`)).toEqual({ "c.count s1": [1] })
  expect(await at(`irate({"c.count"}[10s])`)).toEqual({ "c.count s1": [5] })
  expect(await at(`absent_over_time({"no.such", unit="W"}[10s])`)).toEqual({ W: [1] })
})

test("arithmetic and comparison, with numbers and between series", async () => {
  expect(await at(`{"a.power"} * 2 + 1`)).toEqual({ "a.power W s1": [121] })
  expect(await at(`{"a.power"} > 59`)).toEqual({ "a.power W s1": [60] })
  expect(await at(`59 < {"a.power"}`)).toEqual({ "a.power W s1": [60] })
  expect(await at(`{"a.power"} < 59`)).toEqual({})
  expect(await at(`{"a.power"} > bool 100`)).toEqual({ "a.power W s1": [0] })
  expect(await at(`-{"a.power"}`)).toEqual({ "a.power W s1": [-60] })
  expect(await at(`{"a.power"} / on(unit) {"b.power"}`)).toEqual({ W: [6] })
  expect(await at(`{"a.power"} - ignoring(source) {"b.power"}`)).toEqual({ W: [50] })
  expect(await at(`{"a.power"} > on() {"b.power"}`)).toEqual({ "": [60] })
  expect(await at(`{unit="W"} and on(source) {"d.temperature"}`)).toEqual({ "a.power W s1": [60] })
  expect(await at(`{unit="W"} unless {source="s1"}`)).toEqual({ "b.power W s2": [10] })
  expect(await at(`{"no.such"} or {"b.power"}`)).toEqual({ "b.power W s2": [10] })
  expect(await answer(`{"a.power"} > 15`, span(10, 30, 10))).toEqual({ "a.power W s1": [undefined, 15.5, 25.5] })
})

test("names stay where a result is of one series, as they tell series apart", async () => {
  const all = `{unit="W"}`
  expect(await at(`rate(${all}[10s]) * 0 + 1`)).toEqual({ "a.power W s1": [1], "b.power W s2": [1] })
  expect(await at(`${all} - on(__name__) ${all} offset 10s`)).toEqual({ "a.power": [10], "b.power": [0] })
  expect(await at(`{"a.power"} - {"a.power"} offset 10s`)).toEqual({ "W s1": [10] })
  expect(await at(`{"a.power"} >= {"a.power"} offset 10s`)).toEqual({ "a.power W s1": [60] })
})

test("a person is told why nothing matches", async () => {
  const { notes } = await runQuery(`{"a.power"} / {"b.power"}`, instant(60), { source: points, limits: defaultLimits })
  expect(notes).toEqual([expect.stringMatching(/no series left of \/.*source="s1".*source="s2".*say with on\(\)/)])
  expect(await refused(`{unit="W"} / on(unit) {"b.power"}`)).toMatchObject({
    ...{
      type: "execution",
      text: expect.stringMatching(/2 on the left have the labels \{unit="W"\}: a\.power, b\.power/),
    },
  })
})

test("aggregations over series", async () => {
  expect(await at(`sum({unit="W"})`)).toEqual({ "": [70] })
  expect(await at(`avg by (unit) ({source=~"s.", unit!=""})`)).toEqual({ W: [35], "°C": [20] })
  expect(await at(`count without (source) ({unit=~"W|°C"})`)).toEqual({ W: [2], "°C": [1] })
  expect(await at(`max({unit="W"}) - min({unit="W"})`)).toEqual({ "": [50] })
  expect(await at(`topk(1, {unit="W"})`)).toEqual({ "a.power W s1": [60] })
  expect(await at(`bottomk(1, {unit="W"})`)).toEqual({ "b.power W s2": [10] })
  expect(await at(`quantile(0.5, {unit="W"})`)).toEqual({ "": [35] })
  expect(await at(`stddev({unit="W"})`)).toEqual({ "": [25] })
  expect(await at(`group({unit="W"})`)).toEqual({ "": [1] })
  expect(await answer(`topk(1, {unit="W"})`, span(10, 20, 10))).toEqual({
    ...{ "a.power W s1": [undefined, 15.5], "b.power W s2": [10, undefined] },
  })
})

test("functions of values and labels", async () => {
  expect(await at(`abs(-{"a.power"})`)).toEqual({ "a.power W s1": [60] })
  expect(await at(`clamp({"a.power"}, 0, 50)`)).toEqual({ "a.power W s1": [50] })
  expect(await at(`clamp_min({"a.power"}, 70)`)).toEqual({ "a.power W s1": [70] })
  expect(await at(`round({"a.power"} / 7, 0.5)`)).toEqual({ "a.power W s1": [8.5] })
  expect(await at(`scalar({"a.power"}) + 1`)).toEqual([61])
  expect(await at(`scalar({unit="W"})`)).toEqual([Number.NaN])
  expect(await at(`absent({"no.such", unit="V"})`)).toEqual({ V: [1] })
  expect(await at(`absent({"a.power"})`)).toEqual({})
  expect(Object.keys((await at(`sort_desc({unit="W"})`)) as object)).toEqual(["a.power W s1", "b.power W s2"])
  expect(await at(`label_replace({"a.power"}, "node", "$1", "__name__", "(.*)\\\\..*")`)).toEqual({
    "a.power W s1 a": [60],
  })
  expect(await at(`label_join({"a.power"}, "both", "/", "unit", "source")`)).toEqual({ "a.power W s1 W/s1": [60] })
})

test.each([
  [`histogram_quantile(0.9, {"a.power"})`, "execution", /histogram_quantile is not answered/],
  [`count_values("x", {"a.power"})`, "execution", /count_values is not answered/],
  [`rate({"a.power"})`, "bad_data", /takes a range here, not a vector, such as rate/],
  [`{"a.power"}[5m]`, "execution", /put a function such as avg_over_time/],
  [`sum({"a.power"}[5m])`, "bad_data", /takes a vector here, not a range/],
  [`{"a.power"}[5m] + 1`, "bad_data", /cannot take a range/],
  [`"a" + 1`, "bad_data", /cannot take a string/],
  ["1 > 2", "bad_data", /compared with bool/],
  ["1 and 2", "bad_data", /between vectors/],
  [`1 + on(unit) {"a.power"}`, "bad_data", /on and ignoring/],
  [`topk({"a.power"})`, "bad_data", /takes a number and a vector/],
  [`clamp({"a.power"}, 1)`, "bad_data", /not 2 arguments/],
  [`avg_over_time({"a.power", agg="max"}[5m])`, "execution", /max_over_time/],
  [`{unit=~"("}`, "bad_data", /no regular expression/],
  [`abs({__name__=~"a.*|b.*"}) + 0 * on() group_right {"a.power"}`, "execution", /group_right/],
  [`label_replace({unit="W"}, "source", "x", "", "")`, "execution", /several series have the same labels/],
])("%s is refused", async (query, type, text) => {
  const expected = query.includes("label_replace") ? undefined : { type, text: expect.stringMatching(text) }
  expect(await refused(query)).toEqual(expected)
})

test("series that become the same are refused", async () => {
  const query = `label_replace({unit="W"}, "__name__", "x", "", "")`
  expect(await refused(`label_replace(${query}, "source", "x", "", "")`)).toMatchObject({
    ...{ type: "execution", text: expect.stringMatching(/several series have the same labels/) },
  })
})

test("limits are kept, and say what to change", async () => {
  const steps = span(0, 60, 1)
  const limited = (more: object, query = `{unit="W"}`) => refused(query, steps, { ...defaultLimits, ...more })
  expect(await limited({ series: 1 })).toEqual({
    type: "execution",
    text: expect.stringMatching(/2 series, more than 1/),
  })
  expect(await limited({ samples: 100 })).toEqual({ type: "execution", text: expect.stringMatching(/longer step/) })
  expect(await limited({ selectors: 1 }, `{"a.power"} + {"b.power"}`)).toMatchObject({ type: "execution" })
  expect(await limited({ points: 10 }, `changes({"a.power"}[5s])`)).toEqual({
    ...{ type: "execution", text: expect.stringMatching(/more than 10 points/) },
  })
  const waiting = new MemorySource(metrics)
  const signalled: SeriesSource["read"] = (_metric, _startMs, _endMs, _stepMs, _what, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  waiting.read = signalled as typeof waiting.read
  const late = runQuery(`{"a.power"}`, steps, { source: waiting, limits: { ...defaultLimits, timeMs: 10 } })
  await expect(late).rejects.toMatchObject({ type: "timeout", message: expect.stringMatching(/longer than 0.01 s/) })
})

test("the same is read once, in intervals that fill all windows", async () => {
  const source = new MemorySource(metrics)
  await answer(`{"a.power"} + {"a.power"}`, span(30, 60, 15), source)
  expect(source.reads).toEqual([["a.power", 15_000, 60_000, 15_000, "aggregates"]])
  source.reads.length = 0
  await answer(`avg_over_time({"a.power"}[1m])`, span(30, 60, 15), source)
  await answer(`avg_over_time({"a.power"}[10s])`, span(30, 60, 15), source)
  expect(source.reads.map(([, , , cell]) => cell)).toEqual([15_000, 5000])
})
