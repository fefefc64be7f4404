import { expect, test } from "vitest"
import { apiOver } from "./testing/inject.js"
import { MemorySource } from "./testing/memory-source.js"

/** 2026-11-20T06:00:00Z, and a point every 15 s of the hour from there on. */
const startMs = 1_795_154_400_000
const points = Array.from({ length: 241 }, (_, i) => [startMs + i * 15_000, 100 + (i % 10)] as const)
const described = { source: "source-elab", intervalMs: 15_000, points }
const source = new MemorySource({
  "elab.ariel.power": { unit: "W", description: "Total power", ...described },
  "elab.bert.power": { unit: "W", description: "", ...described },
  "elab.ariel.temperature": { unit: "°C", description: "Inlet", ...described },
})
const { get, post } = apiOver(source)
const times = { start: "1795154400", end: "1795158000" }

const success = (data: unknown) => ({ status: 200, body: { status: "success", data } })

test("save and test: 1+1, then what it is", async () => {
  expect(await post("/api/v1/query", { query: "1+1", time: "4" })).toEqual(
    success({ resultType: "scalar", result: [4, "2"] }),
  )
  const buildinfo = await get("/api/v1/status/buildinfo")
  expect(buildinfo.body.data).toMatchObject({ version: expect.stringMatching(/^3\.\d+\.\d+$/), revision: "" })
  expect(buildinfo.body.data).not.toHaveProperty("features")
})

test("a panel: steps of $__interval on multiples of it", async () => {
  const query = `avg_over_time({"elab.ariel.power"}[1m])`
  const answer = await post("/api/v1/query_range", { query, ...times, step: "60" })
  const { result } = answer.body.data as { result: { metric: object; values: [number, string][] }[] }
  expect(result).toHaveLength(1)
  expect(result[0]!.metric).toEqual({ __name__: "elab.ariel.power", unit: "W", source: "source-elab" })
  expect(result[0]!.values).toHaveLength(61)
  // The points of 06:00:15 to 06:01:00.
  expect(result[0]!.values[1]).toEqual([1_795_154_460, "102.5"])
  const legend = await post("/api/v1/query_range", { query: `{"elab.ariel.power", agg="max"}`, ...times, step: "60" })
  expect(legend.body.data).toMatchObject({ result: [{ metric: { __name__: "elab.ariel.power", agg: "max" } }] })
  const rate = await post("/api/v1/query_range", {
    query: `sum(rate({"elab.ariel.power"}[1m0s]))`,
    ...times,
    step: "15",
  })
  expect(rate.body.data).toMatchObject({ result: [{ metric: {} }] })
})

test("a panel as fine as Grafana lets it be: 11,000 steps, so one moment more", async () => {
  const answer = await post("/api/v1/query_range", { query: "time()", start: "0", end: "11000", step: "1" })
  expect(answer.status).toBe(200)
  const { result } = answer.body.data as { result: { values: unknown[] }[] }
  expect(result[0]!.values).toHaveLength(11_001)
})

test("the editor: names, labels, their values, metadata", async () => {
  const names = ["elab.ariel.power", "elab.ariel.temperature", "elab.bert.power"]
  const limit = "40000"
  expect(await get("/api/v1/label/__name__/values", { ...times, limit })).toEqual(success(names))
  expect(await get("/api/v1/labels", { ...times, limit })).toEqual(success(["__name__", "agg", "source", "unit"]))
  const match = { "match[]": `{__name__=~".*power"}` }
  expect(await get("/api/v1/label/unit/values", { ...times, ...match })).toEqual(success(["W"]))
  expect(await get("/api/v1/label/U__unit/values", match)).toEqual(success(["W"]))
  expect(await post("/api/v1/labels", { ...times, "match[]": `{"elab.ariel.power"}` })).toEqual(
    success(["__name__", "agg", "source", "unit"]),
  )
  expect(await get("/api/v1/label/agg/values")).toEqual(success(["avg", "count", "max", "min"]))
  expect(await get("/api/v1/label/job/values")).toEqual(success([]))
  const metadata = await get("/api/v1/metadata", { limit })
  expect(Object.keys(metadata.body.data as object).sort()).toEqual(names)
  expect(await get("/api/v1/metadata", { metric: "elab.ariel.power" })).toEqual(
    success({ "elab.ariel.power": [{ type: "gauge", help: "Total power", unit: "W" }] }),
  )
})

test("variables: label_values by series, several matches, one of them twice", async () => {
  const ariel = { __name__: "elab.ariel.power", unit: "W", source: "source-elab" }
  const bert = { ...ariel, __name__: "elab.bert.power" }
  const matches = ["elab:ariel:power", `{__name__=~"elab.*power"}`]
  expect(await post("/api/v1/series", { ...times, "match[]": matches })).toEqual(success([ariel, bert]))
  const all = await get("/api/v1/series", { "match[]": `{__name__!=""}` })
  expect(all.body.data).toHaveLength(3)
  const limited = await get("/api/v1/series", { "match[]": `{__name__!=""}`, limit: "1" })
  expect(limited.body).toMatchObject({ data: [ariel], warnings: [expect.stringContaining("1 of 3")] })
})

test("at start: rules, alerts, and no exemplars", async () => {
  expect(await get("/api/v1/rules")).toEqual(success({ groups: [] }))
  expect(await get("/api/v1/alerts")).toEqual(success({ alerts: [] }))
  const ms = { start: "1795154400000", end: "1795158000000" }
  expect(await post("/api/v1/query_exemplars", { query: "test", ...ms })).toMatchObject({ status: 404 })
})

test("an alert rule: an instant query with a threshold", async () => {
  const time = "1795158000"
  const query = (limit: number) => `max_over_time({"elab.ariel.power"}[5m]) > ${limit}`
  const firing = await post("/api/v1/query", { query: query(100), time })
  expect(firing.body.data).toMatchObject({ resultType: "vector", result: [{ value: [1_795_158_000, "109"] }] })
  expect((await post("/api/v1/query", { query: query(200), time })).body.data).toEqual({
    ...{ resultType: "vector", result: [] },
  })
})
