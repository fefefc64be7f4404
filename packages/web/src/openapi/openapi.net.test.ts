import { Timestamp } from "@metricq/client"
import type { TestNetwork } from "@metricq/testkit"
import { Validator } from "@seriousme/openapi-schema-validator"
import { fastify } from "fastify"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"
import { descriptions } from "./descriptions.js"
import type { OpenApi } from "./document.js"
import type { Schema } from "./schema-helpers.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

const kinds = {
  list: async () => [{ name: "source-weather", summary: "wind and rain" }],
  find: async () => ({ name: "source-weather", summary: "wind and rain", schema: {}, sample: {} }),
  kindOf: () => undefined,
  check: async () => ({ errors: [], warnings: [] }),
}

async function setUp(t: Scope, prefix = "/") {
  const prepare = async (net: TestNetwork) => {
    const db = await net.database("db-t", ["t.a"])
    await net.source("source-t", { metrics: { "t.a": { unit: "W", rate: 1 }, "t.unstored": {} } })
    db.put("t.a", Timestamp.now().posixNs - 5_000_000_000n, 1)
  }
  const web = await WebUnderTest.start(t as never, prepare, { prefix, kinds })
  const document = (await web.get("api/v1/openapi.json")).body as OpenApi
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  )
  return { web, document, operations }
}

test("the document is OpenAPI 3.1, and tells of every route what it is for", async (t) => {
  const { document, operations } = await setUp(t)
  expect(await new Validator().validate(structuredClone(document) as never)).toEqual({ valid: true })
  const untold = operations.filter(({ operation: { summary, tags } }) => !summary || tags.length === 0)
  expect(untold.map(({ name }) => name)).toEqual([])
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(operations.length).toBeGreaterThan(20)
})

test("what is described besides the routes is of routes that there are", async (t) => {
  const { operations } = await setUp(t)
  const names = new Set(operations.map(({ name }) => name))
  const stale = Object.keys(descriptions).filter((name) => !names.has(name.replace(/:(\w+)/g, "{$1}")))
  expect(stale).toEqual([])
})

test("parameters, bodies, answers and rights are those of the routes", async (t) => {
  const { document } = await setUp(t)
  const list = document.paths["/metrics"]!.get!
  expect(list.parameters.find(({ name }) => name === "limit")).toMatchObject({
    ...{ in: "query", required: false, schema: { type: "integer", maximum: 1000, default: 100 } },
  })
  const put = document.paths["/configs/{token}"]!.put!
  expect(put["x-needs"]).toBe("operator")
  expect(put.parameters).toMatchObject([{ name: "token", in: "path", required: true }])
  expect(put.requestBody).toMatchObject({
    required: true,
    content: { "application/json": { schema: { required: ["config", "revision"] } } },
  })
  expect(document.paths["/configs/{token}/apply"]!.post!.requestBody?.required).toBe(false)
  expect(Object.keys(document.paths["/history"]!.post!.responses[200]!.content!)).toContain(
    "application/vnd.metricq.columns",
  )
  expect(document.components.schemas.Error).toBeDefined()
})

/** What is wrong with an answer, by a schema of the document; undefined if it is right. */
async function problemOf(document: OpenApi, schema: Schema, answer: unknown): Promise<unknown> {
  const app = fastify({
    ajv: { customOptions: { coerceTypes: false, useDefaults: false, removeAdditional: false, allowUnionTypes: true } },
  })
  const text = JSON.stringify(schema).replaceAll("#/components/schemas/", "types#/definitions/")
  const types = JSON.stringify(document.components.schemas).replaceAll("#/components/schemas/", "#/definitions/")
  app.addSchema({ $id: "types", definitions: JSON.parse(types) })
  app.post("/", { schema: { body: JSON.parse(text) } }, async () => ({}))
  const { statusCode, body } = await app.inject({
    method: "POST",
    url: "/",
    payload: JSON.stringify(answer),
    headers: { "content-type": "application/json" },
  })
  await app.close()
  return statusCode === 200 ? undefined : JSON.parse(body)
}

test("answers are as they are described", async (t) => {
  const { web, document } = await setUp(t)
  const range = { from: "now-1min", to: "now" }
  const config = { config: { rate: 1 }, revision: null, note: "first" }
  const requests: [method: string, path: string, body?: unknown][] = [
    ["GET", "status"],
    ["GET", "clients"],
    ["GET", "metrics"],
    ["GET", "metrics/facets"],
    ["GET", "metrics/tree"],
    ["GET", "metrics/t.a"],
    ["POST", "last", { metrics: ["t.a", "t.unstored"] }],
    ["POST", "history", { metrics: ["t.a", "t.unstored"], ...range, raw: true }],
    ["POST", "history", { metrics: ["t.a"], ...range, points: 10 }],
    ["POST", "analyze", { metrics: ["t.a", "t.unstored"], ...range }],
    ["PUT", "configs/source-x", config],
    ["GET", "configs"],
    ["GET", "configs/source-x"],
    ["GET", "configs/source-x/versions"],
    ["GET", "configs/source-x/versions/1"],
    ["POST", "configs/source-x/restore", { version: 1 }],
    ["POST", "configs/source-x/apply", { timeout: 1 }],
    ["DELETE", "configs/source-x"],
    ["PUT", "health/channels/ops", { type: "webhook", target: { url: "http://127.0.0.1:9/" } }],
    ["GET", "health/channels"],
    ["POST", "health/channels/ops/test", {}],
    ["DELETE", "health/channels/ops"],
    ["GET", "health/assignees"],
    ["GET", "kinds"],
    ["GET", "kinds/source-weather"],
    ["POST", "kinds/check", { token: "source-x", config: {} }],
  ]
  for (const [method, path, body] of requests) {
    const { status, body: answer } = await (body === undefined
      ? web.get(`api/v1/${path}`, { method })
      : web.send(method, `api/v1/${path}`, body))
    expect([path, status]).toEqual([path, 200])
    const schema = operationAt(document, method, `/${path}`)?.responses[200]?.content?.["application/json"]?.schema
    expect(schema, path).toBeDefined()
    expect([path, await problemOf(document, schema!, answer)]).toEqual([path, undefined])
  }
  const schema = { $ref: "#/components/schemas/Error" }
  expect(await problemOf(document, schema, (await web.get("api/v1/metrics/none")).body)).toBeUndefined()
  expect(await problemOf(document, schema, {})).toBeDefined()
})

function operationAt({ paths }: OpenApi, method: string, path: string) {
  const exact = paths[path]
  const pattern = Object.keys(paths).find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, "[^/]+")}$`).test(path))
  return (exact ?? paths[pattern ?? ""])?.[method.toLowerCase()]
}

test("the page below a prefix needs no script and nothing from elsewhere", async (t) => {
  const { web, document, operations } = await setUp(t, "/deep/down/")
  expect(document.servers).toEqual([{ url: "/deep/down/api/v1" }])
  const answer = await fetch(web.url("api/docs"), { headers: { accept: "text/html" } })
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
  const html = await answer.text()
  for (const { operation } of operations) expect(html).toContain(`id="${operation.operationId}"`)
  expect(html).not.toMatch(/<script|<style|style=|onclick|https?:\/\/(?!127\.0\.0\.1)/)
  const addresses = [...html.matchAll(/(?:href|src)="(\/[^"#]*)"/g)].map(([, address]) => address!)
  expect(addresses).toContain("/deep/down/api/docs/style.css")
  // The icon is that of the page, which is not built here.
  for (const address of new Set(addresses.filter((one) => !one.endsWith("icon.svg")))) {
    expect([address, (await fetch(web.url(address))).status]).not.toEqual([address, 404])
  }
})
