import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { request } from "node:http"
import { connect } from "node:net"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"
import { WebServer } from "./web-server.js"

/** The status of a request whose headers a browser or `fetch` would not let us set. */
function statusOf(address: string, headers: Record<string, string>, method = "GET"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on("error", reject)
    asked.end()
  })
}

describe("server", () => {
  test("says that it works and that it knows the network, below its prefix", async (t) => {
    const web = await WebUnderTest.start(t, undefined, { prefix: "metricq" })
    expect(web.server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metricq\/$/)
    expect(await web.get("healthz")).toMatchObject({ status: 200, body: { status: "ok" } })
    expect(await web.get("readyz")).toMatchObject({ status: 200, body: { metrics: 0 } })
    expect(await web.get("/healthz")).toMatchObject({ status: 404, body: { error: { code: "not-found" } } })
    const redirected = await fetch(web.url("/metricq"), { redirect: "manual" })
    expect(redirected.headers.get("location")).toBe("/metricq/")
  })

  test("says that it does not know the network while the manager is away", async (t) => {
    const web = await WebUnderTest.start(t)
    await web.net.stopManager()
    const configs = web.get("api/v1/configs")
    const ready = async () => (await web.get("readyz")).status
    await expect.poll(ready, { timeout: 15_000 }).toBe(503)
    expect(await web.get("api/v1/status")).toMatchObject({ body: { network: { connected: false }, clients: null } })
    expect(await configs).toMatchObject({
      ...{
        status: 504,
        body: { error: { code: "timeout", message: expect.stringContaining("no manager is running") } },
      },
    })
    await web.net.startManager()
    await expect.poll(ready, { timeout: 15_000 }).toBe(200)
  })

  test("ends at once, whoever is connected", async (t) => {
    const web = await WebUnderTest.start(t)
    const waiting = connect(Number(new URL(web.server.address).port), "127.0.0.1")
    t.onTestFinished(() => void waiting.destroy())
    await once(waiting, "connect")
    const before = performance.now()
    await web.server.stop()
    expect(performance.now() - before).toBeLessThan(1500)
  })

  test("tells figures of itself", async (t) => {
    const web = await WebUnderTest.start(t)
    await web.get("healthz")
    const text = await (await fetch(web.url("metrics"))).text()
    expect(text).toMatch(/^# TYPE metricq_web_answers_total counter\nmetricq_web_answers_total{code="200"} \d+$/m)
    expect(text).toMatch(/^metricq_web_catalogue_metrics 0$/m)
  })

  test("a port that is taken is an error that names it", async (t) => {
    const web = await WebUnderTest.start(t)
    const { port } = new URL(web.server.address)
    const second = new WebServer({ url: web.net.admin.url, port: Number(port) })
    await expect(second.start()).rejects.toMatchObject({ code: "port-taken", message: expect.stringContaining(port) })
  })
})

describe("security", () => {
  test("answers only under its own names", async (t) => {
    const web = await WebUnderTest.start(t, undefined, {
      ...{ publicUrl: "https://lab.example.org/", trustedHeader: "x-remote-user" },
    })
    const address = web.url("healthz")
    for (const host of ["localhost:1", "127.0.0.1", "[::1]:3000", "lab.example.org"]) {
      expect(await statusOf(address, { host })).toBe(200)
    }
    for (const host of ["evil.example.org", "localhost.evil.org", "127.0.0.1.nip.io", "a@localhost"]) {
      expect(await statusOf(address, { host })).toBe(403)
    }
  })

  test("takes changes from its own page and from programs, not from other pages", async (t) => {
    const web = await WebUnderTest.start(t)
    const address = web.url("nowhere")
    const { host } = new URL(address)
    expect(await statusOf(address, {}, "POST")).toBe(404)
    expect(await statusOf(address, { origin: `http://${host}` }, "POST")).toBe(404)
    expect(await statusOf(address, { origin: "http://localhost:1" }, "POST")).toBe(403)
    expect(await statusOf(address, { origin: "null" }, "POST")).toBe(403)
    expect(await statusOf(address, { "sec-fetch-site": "cross-site" }, "POST")).toBe(403)
    expect(await statusOf(address, { origin: "http://evil.example.org", upgrade: "websocket" })).toBe(403)
  })

  test("confines the page, and lets nobody keep answers or read them from elsewhere", async (t) => {
    const web = await WebUnderTest.start(t)
    const { headers } = await fetch(web.url("api/v1/metrics"))
    expect(headers.get("content-security-policy")).toContain("default-src 'self'")
    expect(headers.get("access-control-allow-origin")).toBeNull()
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
  })

  test("tells what is wrong with a request, and bounds its size", async (t) => {
    const web = await WebUnderTest.start(t)
    const wrong = await web.send("POST", "api/v1/last", { metrics: [] })
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: "request", message: expect.any(String) } } })
    const large = await web.send("POST", "api/v1/last", { metrics: ["x".repeat(1024 * 1024)] })
    expect(large).toMatchObject({ status: 413, body: { error: { code: "too-large" } } })
    const noJson = await web.get("api/v1/last", {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    })
    expect(noJson.status).toBe(400)
  })
})

describe("page", () => {
  const asBrowser = { headers: { accept: "text/html,*/*" } }

  test("a page that is not built says how to build it, and is found once it is", async (t) => {
    const uiFolder = await temporaryFolder(t, "ui")
    const web = await WebUnderTest.start(t, undefined, { uiFolder, prefix: "/deep/" })
    const missing = await fetch(web.url(""), asBrowser)
    expect(missing.status).toBe(503)
    expect(await missing.text()).toContain("npm run build")

    await mkdir(join(uiFolder, "assets"))
    await writeFile(join(uiFolder, "index.html"), '<html><head><base href="/" /></head><body>page</body></html>')
    const built = await fetch(web.url(""), asBrowser)
    expect(await built.text()).toContain('<head><base href="/deep/"></head>')
    expect(built.headers.get("cache-control")).toBe("no-cache")
  })

  test("sends the page at its addresses, files as they are, and nothing else", async (t) => {
    const uiFolder = await temporaryFolder(t, "ui")
    await mkdir(join(uiFolder, "assets"))
    await writeFile(join(uiFolder, "index.html"), "<html><head></head><body>page</body></html>")
    await writeFile(join(uiFolder, "assets", "index-Bq3x9Za1.js"), `// ${"x".repeat(5000)}`)
    const web = await WebUnderTest.start(t, undefined, { uiFolder })
    for (const path of ["", "explore", "configuration/source-a", "metrics", "metrics/a.b"]) {
      expect(await (await fetch(web.url(path), asBrowser)).text()).toContain("page")
    }
    const compressed = { headers: { "accept-encoding": "gzip, br" } }
    const script = await fetch(web.url("assets/index-Bq3x9Za1.js"), compressed)
    expect(script.headers.get("cache-control")).toContain("immutable")
    expect(script.headers.get("content-type")).toContain("text/javascript")
    expect(script.headers.get("content-encoding")).toBe("br")
    expect(await script.text()).toHaveLength(5003)
    const again = await fetch(web.url("assets/index-Bq3x9Za1.js"), {
      headers: { "if-none-match": script.headers.get("etag") ?? "" },
    })
    expect(again.status).toBe(304)
    expect((await fetch(web.url("assets/other.js"))).status).toBe(404)
    expect((await fetch(web.url("assets/..%2f..%2fpackage.json"))).status).toBe(404)
    expect((await fetch(web.url("api/v1/nothing"), asBrowser)).status).toBe(404)
  })
})
