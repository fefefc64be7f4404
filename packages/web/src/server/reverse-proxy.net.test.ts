import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Timestamp } from "@metricq/client"
import { type TestNetwork, type TestSource, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { LiveClient } from "../testing/live-client.js"
import { startReverseProxy } from "../testing/reverse-proxy.js"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

const publicHost = "lab.example.org"
const origin = `https://${publicHost}`

async function setUp(t: Scope, keepsHost: boolean) {
  const uiFolder = await temporaryFolder(t as never, "ui")
  await mkdir(join(uiFolder, "assets"))
  await writeFile(
    join(uiFolder, "index.html"),
    '<html><head></head><body><script src="assets/a.js"></script></body></html>',
  )
  await writeFile(join(uiFolder, "assets", "a.js"), "export {}")
  let source: TestSource | undefined
  const prepare = async (net: TestNetwork) => {
    const db = await net.database("db-t", ["t.a"])
    source = await net.source("source-t", { metrics: { "t.a": { unit: "W" } } })
    db.put("t.a", 5n, 5)
  }
  const web = await WebUnderTest.start(t as never, prepare, {
    uiFolder,
    prefix: "/metricq/",
    publicUrl: `${origin}/metricq/`,
    trustedHeader: "x-remote-user:x-remote-role",
  })
  const proxy = await startReverseProxy(t, { target: new URL(web.server.address).origin, publicHost, keepsHost })
  const get = (path: string, init: RequestInit = {}) => fetch(`${proxy}/metricq/${path}`, init)
  return { proxy, get, source: source! }
}

describe.each([
  ["that tells the server the host people use", true],
  ["that asks under the server's own host", false],
])("behind a reverse proxy %s", (_name, keepsHost) => {
  test("the page loads what it needs from below its prefix", async (t) => {
    const { get } = await setUp(t, keepsHost)
    const page = await get("metrics/t.a", { headers: { accept: "text/html" } })
    expect(await page.text()).toContain('<base href="/metricq/">')
    expect((await get("assets/a.js")).status).toBe(200)
  })

  test("the API answers, takes changes from the page, and none from elsewhere", async (t) => {
    const { get } = await setUp(t, keepsHost)
    const last = (from: string) =>
      get("api/v1/last", {
        ...{ method: "POST", body: '{"metrics":["t.a"]}' },
        headers: { "content-type": "application/json", origin: from, "sec-fetch-site": "same-origin" },
      })
    expect(await (await last(origin)).json()).toEqual({ "t.a": { time: "5", value: 5 } })
    expect((await last("https://evil.example")).status).toBe(403)
    expect((await get("prometheus/api/v1/query?query=1%2B1")).status).toBe(200)
    expect((await get("grafana/")).status).toBe(200)
  })

  test("the description of the API names the addresses people use", async (t) => {
    const { get } = await setUp(t, keepsHost)
    expect(await (await get("api/v1/openapi.json")).json()).toMatchObject({ servers: [{ url: "/metricq/api/v1" }] })
    const docs = await (await get("api/docs")).text()
    expect(docs).toContain('href="/metricq/api/docs/style.css"')
    expect(docs).toContain(`${origin}/metricq/api/v1/history`)
    expect((await get("api/docs/style.css")).status).toBe(200)
  })

  test("live values come by WebSocket and as events", async (t) => {
    const { proxy, get, source } = await setUp(t, keepsHost)
    const viewer = await LiveClient.open(t, `${proxy}/metricq/api/v1/live`, { origin })
    viewer.send({ subscribe: ["t.a"] })
    const events = await get("api/v1/live?metric=t.a")
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader()
    const until = async (word: string) => {
      for (let text = ""; !text.includes(word); ) text += (await reader.read()).value ?? ""
    }
    await until('"unit"')
    await expect.poll(() => viewer.of("metrics", "t.a").length).toBe(1)
    await source.send("t.a", Timestamp.now(), 7)
    await expect.poll(() => viewer.of("points", "t.a")).toMatchObject([[expect.any(String), 7]])
    await until(",7]")
    await reader.cancel()
    const foreign = new WebSocket(`${proxy.replace("http", "ws")}/metricq/api/v1/live`, {
      origin: "https://evil.example",
    })
    expect(String((await once(foreign, "error"))[0])).toContain("403")
  })

  test("the original's WebSocket is at the prefix itself", async (t) => {
    const { proxy } = await setUp(t, keepsHost)
    const client = await LiveClient.open(t, `${proxy}/metricq/`, { origin })
    client.send({ function: "subscribe", metrics: ["t.a"] })
    await expect.poll(() => client.messages[0]).toMatchObject({ metadata: { "t.a": { unit: "W" } } })
  })
})
