import { expect, test } from "vitest"
import { apiOver } from "./testing/inject.js"
import { MemorySource } from "./testing/memory-source.js"

const power = Array.from({ length: 61 }, (_, i) => [i * 1000, i] as const)
const source = new MemorySource({
  "elab.ariel.power": { unit: "W", source: "source-elab", description: "Total power", intervalMs: 1000, points: power },
  "elab.ariel.voltage": { unit: "V", source: "source-elab", points: power },
})
const api = apiOver(source)

test("an instant query and one over steps, by GET and by POST", async () => {
  const query = `{"elab.ariel.power"}`
  const metric = { __name__: "elab.ariel.power", unit: "W", source: "source-elab" }
  const instant = { status: "success", data: { resultType: "vector", result: [{ metric, value: [60, "60"] }] } }
  expect(await api.get("/api/v1/query", { query, time: "60" })).toEqual({ status: 200, body: instant })
  expect(await api.post("/api/v1/query", { query, time: "1970-01-01T00:01:00Z" })).toEqual({
    status: 200,
    body: instant,
  })
  const steps = { query, start: "10.5", end: "30.499", step: "10" }
  const matrix = await api.post("/api/v1/query_range", steps)
  expect(matrix).toEqual(await api.get("/api/v1/query_range", { ...steps, step: "10s" }))
  const values = [
    [10.5, "6"],
    [20.5, "16"],
  ]
  expect(matrix).toEqual({
    ...{ status: 200, body: { status: "success", data: { resultType: "matrix", result: [{ metric, values }] } } },
  })
})

test("what is no number is written as Prometheus does", async () => {
  const of = async (query: string) => (await api.get("/api/v1/query", { query, time: "4" })).body.data
  expect(await of("1/0")).toEqual({ resultType: "scalar", result: [4, "+Inf"] })
  expect(await of("-1/0")).toEqual({ resultType: "scalar", result: [4, "-Inf"] })
  expect(await of("0/0")).toEqual({ resultType: "scalar", result: [4, "NaN"] })
  expect(await of("1e21")).toEqual({ resultType: "scalar", result: [4, "1e+21"] })
  expect(await of(`"a\\"b"`)).toEqual({ resultType: "string", result: [4, 'a"b'] })
  const range = await api.get("/api/v1/query_range", { query: "1", start: "0", end: "1", step: "1" })
  expect(range.body.data).toEqual({
    resultType: "matrix",
    result: [
      {
        metric: {},
        values: [
          [0, "1"],
          [1, "1"],
        ],
      },
    ],
  })
})

test("fewer series may be asked for, with a word about it", async () => {
  const answer = await api.get("/api/v1/query", { query: `{source="source-elab"}`, time: "60", limit: "1" })
  expect(answer.body).toMatchObject({ data: { result: [{}] }, warnings: ["results truncated: 1 of 2 series"] })
})

test("a note of the evaluation is an info", async () => {
  const query = `{"elab.ariel.power"} / {"elab.ariel.voltage"}`
  const { body } = await api.get("/api/v1/query", { query, time: "60" })
  expect(body).toMatchObject({ data: { result: [] }, infos: [expect.stringMatching(/say with on\(\)/)] })
})

test.each([
  ["/api/v1/query", {}, 400, "bad_data", /query is missing/],
  ["/api/v1/query", { query: "1", time: "soon" }, 400, "bad_data", /time is a time such as/],
  ["/api/v1/query", { query: "1 +" }, 400, "bad_data", /at its end/],
  ["/api/v1/query", { query: "holt_winters(a[5m], 1, 1)" }, 400, "bad_data", /no function/],
  ["/api/v1/query", { query: "count_values('a', b)" }, 422, "execution", /not answered/],
  ["/api/v1/query_range", { query: "1", start: "0", end: "1" }, 400, "bad_data", /step is missing/],
  ["/api/v1/query_range", { query: "1", start: "0", end: "1", step: "0" }, 400, "bad_data", /above zero/],
  ["/api/v1/query_range", { query: "1", start: "2", end: "1", step: "1" }, 400, "bad_data", /end is before start/],
  ["/api/v1/query_range", { query: "1", start: "0", end: "11001", step: "1" }, 400, "bad_data", /11001 steps/],
  ["/api/v1/query", { query: "1", limit: "many" }, 400, "bad_data", /limit is a whole number/],
  ["/api/v1/series", {}, 400, "bad_data", /match\[\] is missing/],
  ["/api/v1/series", { "match[]": "1" }, 400, "bad_data", /selects no series/],
  ["/api/v1/query_exemplars", { query: "test" }, 404, "not_found", /no exemplars/],
  ["/api/v1/targets", {}, 404, "not_found", /not answered here/],
] as const)("%s %j is an error in JSON", async (path, query, status, errorType, text) => {
  const answer = await api.get(path, query as Record<string, string>)
  expect(answer).toEqual({ status, body: { status: "error", errorType, error: expect.stringMatching(text) } })
})

test("an error of the network is told, one of ours is not", async () => {
  const broken = new MemorySource({ "a.b": { points: [] } })
  broken.last = async () => {
    throw new Error("a secret of ours")
  }
  const answer = await apiOver(broken).get("/api/v1/query", { query: "a:b" })
  expect(answer).toMatchObject({ status: 500, body: { errorType: "internal" } })
  expect(JSON.stringify(answer)).not.toContain("secret")
  const post = { method: "POST", url: "/prometheus/api/v1/query", payload: "{}" } as const
  const wrong = await api.app.inject({ ...post, headers: { "content-type": "text/xml" } })
  expect(wrong.json()).toMatchObject({ status: "error", errorType: "bad_data" })
})
