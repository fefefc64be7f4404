import { createSocket } from "node:dgram"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { gzipSync } from "node:zlib"
import { describeOnBrokers, freePorts, type startNetwork, type TestScope } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { influx } from "./agent.js"

const watched = ["cpu.a.usage", "cpu.b.usage", "lab.a.power", "source-influx.http.up", "source-influx.tcp.up"]
const T = 1_772_366_400n

/** A source with all of its listeners, on ports of the test. */
async function start(
  t: TestScope,
  more: Record<string, object> = {},
  top: object = {},
  broker?: Parameters<typeof startNetwork>[1],
) {
  const [http = 0, tcp = 0, udp = 0] = await freePorts(3)
  const config = {
    http: { port: http, ...more.http },
    tcp: { port: tcp, ...more.tcp },
    udp: { port: udp, ...more.udp },
    selfMetrics: { interval: 0.05 },
    ...top,
  }
  const source = await SourceUnderTest.start(t, influx as never, config, {
    metrics: watched,
    ...(broker && { broker }),
  })
  await expect.poll(async () => (await source.discover()).targetsUp).toBe(3)
  const url = `http://127.0.0.1:${http}`
  const write = (body: string | Buffer, query = "precision=s", headers: Record<string, string> = {}) =>
    fetch(`${url}/write?db=lab&${query}`, { method: "POST", body: new Uint8Array(Buffer.from(body)), headers })
  return { source, config, url, write, http, tcp, udp }
}

async function connected(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1")
  socket.on("error", () => undefined)
  t.onTestFinished(() => void socket.destroy())
  await once(socket, "connect")
  return socket
}

test("writes of both versions, plain and compressed, are answered with 204 and sent", async (t) => {
  const { source, url, write } = await start(t, {}, { units: { "cpu.*": "%" } })
  const first = await write(`cpu,host=a usage=1.5,name="x" ${T}\ncpu,host=b usage=2i ${T}\n`)
  expect([first.status, await first.text(), first.headers.get("x-influxdb-version")]).toEqual([204, "", "1.8.10"])
  expect(await source.next("cpu.a.usage")).toEqual({ time: T * 1_000_000_000n, value: 1.5 })
  expect((await source.next("cpu.b.usage")).value).toBe(2)
  expect(await source.metadata("cpu.a.usage")).toMatchObject({ unit: "%", description: "usage of cpu, host=a" })
  const second = await fetch(`${url}/api/v2/write?org=o&bucket=b&precision=ms`, {
    method: "POST",
    headers: { "content-encoding": "gzip", authorization: "Token any" },
    body: new Uint8Array(gzipSync(`cpu,host=a usage=t ${T}001`)),
  })
  expect(second.status).toBe(204)
  expect(await source.next("cpu.a.usage")).toEqual({ time: T * 1_000_000_000n + 1_000_000n, value: 1 })
  expect(await source.discover()).toMatchObject({ lines: 3, values: 3, texts: 1, badLines: 0, clashes: 0 })
})

test("what writers ask before they write is answered", async (t) => {
  const { url } = await start(t)
  const answers = await Promise.all(
    ["/ping", "/ping?verbose=true", "/health", "/ready", "/nothing"].map((path) => fetch(url + path)),
  )
  expect(answers.map(({ status }) => status)).toEqual([204, 200, 200, 200, 404])
  expect(await answers[2]?.json()).toMatchObject({ name: "influxdb", status: "pass" })
  const create = await fetch(`${url}/query?q=CREATE+DATABASE+%22telegraf%22`, { method: "POST" })
  expect(await create.json()).toEqual({ results: [{ statement_id: 0 }] })
  expect((await fetch(`${url}/write`)).status).toBe(405)
})

test("of a batch with wrong lines the others are taken, and the answer says what is wrong", async (t) => {
  const { source, write } = await start(t)
  const answer = await write(`cpu,host=a usage=1 ${T}\ncpu,host=a usage=\ncpu,host usage=1\ncpu,host=b usage=2 ${T}`)
  expect(answer.status).toBe(400)
  const message = "partial write: unable to parse 'cpu,host=a usage=': missing field value dropped=2"
  expect(await answer.json()).toEqual({ error: message, code: "invalid", message, line: 2 })
  expect((await source.next("cpu.b.usage")).value).toBe(2)
  const bad = await write("nonsense")
  expect([bad.status, await bad.json()]).toMatchObject([400, { error: "unable to parse 'nonsense': missing fields" }])
  expect((await write("x y=1", "precision=fortnight")).status).toBe(400)
  expect((await write("x y=1", "", { "content-encoding": "gzip" })).status).toBe(400)
  expect((await write("x y=1", "", { "content-encoding": "br" })).status).toBe(415)
  expect(await source.discover()).toMatchObject({ badLines: 3, targetsUp: 3 })
})

test("a token is asked for in all the ways writers have, and pages in a browser may not write", async (t) => {
  const { write, url } = await start(t, { http: { token: "s3cret" } })
  const basic = `Basic ${btoa("any:s3cret")}`
  const statusOf = async (query: string, headers: Record<string, string> = {}) =>
    (await write("x,host=a y=1", query, headers)).status
  expect(await statusOf("")).toBe(401)
  expect(await statusOf("", { authorization: "Token wrong" })).toBe(401)
  expect(await statusOf("u=any&p=wrong")).toBe(401)
  for (const authorization of ["Token s3cret", "Bearer s3cret", basic])
    expect(await statusOf("", { authorization })).toBe(204)
  expect(await statusOf("u=any&p=s3cret")).toBe(204)
  expect(await statusOf("u=any&p=s3cret", { origin: "http://evil.example" })).toBe(403)
  expect((await fetch(`${url}/ping`)).status).toBe(204)
})

test("listening beyond this machine needs a token, or the networks that may send", async (t) => {
  const { source, config } = await start(t)
  const wide = (part: string, more: object) =>
    source.configure({ ...config, [part]: { port: 1, address: "0.0.0.0", ...more } })
  await expect(wide("http", {})).rejects.toThrow("http.token: expected a token, as it listens beyond this machine")
  await expect(wide("tcp", {})).rejects.toThrow("tcp.allow: expected the networks that may send")
  await expect(wide("udp", { allow: ["anyone"] })).rejects.toThrow("udp.allow[0]: expected an address or a network")
  await expect(source.configure({})).rejects.toThrow("expected http, tcp or udp")
})

test("lines over TCP in any pieces, and in datagrams", async (t) => {
  const { source, tcp, udp } = await start(t, { tcp: { precision: "s" } })
  const socket = await connected(t, tcp)
  socket.write("cpu,host=a us")
  socket.write(`age=1 ${T}\ncpu,host=a usage=broken\ncpu,host=b usage=2 ${T}\n`)
  expect(await source.next("cpu.a.usage")).toEqual({ time: T * 1_000_000_000n, value: 1 })
  expect((await source.next("cpu.b.usage")).value).toBe(2)
  const sender = createSocket("udp4")
  t.onTestFinished(() => void sender.close())
  sender.send("cpu,host=a usage=3\ncpu,host=b usage=4", udp, "127.0.0.1")
  expect((await source.next("cpu.a.usage")).value).toBe(3)
  expect((await source.next("cpu.b.usage")).value).toBe(4)
  const { feeds } = await source.discover()
  expect(feeds).toMatchObject([
    { name: "http", refused: 0 },
    { name: "tcp", refused: 1, lastProblem: expect.stringContaining("invalid number") },
    { name: "udp", refused: 0, dropped: 0 },
  ])
})

test("only the networks that may send are listened to", async (t) => {
  const { source, tcp, udp, write } = await start(t, {
    tcp: { allow: ["10.0.0.0/8"] },
    udp: { allow: ["10.0.0.0/8"] },
    http: { allow: ["::1"] },
  })
  expect((await write("x y=1")).status).toBe(403)
  const socket = await connected(t, tcp)
  await once(socket, "close")
  const sender = createSocket("udp4")
  t.onTestFinished(() => void sender.close())
  sender.send("x y=1", udp, "127.0.0.1")
  await expect
    .poll(async () => (await source.discover()).feeds)
    .toMatchObject([{ refused: 1 }, { refused: 1 }, { refused: 1 }])
})

test("garbage, floods and bombs are bounded, and disturb nobody else", async (t) => {
  const limits = { http: { max_body: 100_000 }, tcp: { max_connections: 2 } }
  const { source, write, tcp } = await start(t, limits, { max_metrics: 10, max_line: 1000 })
  expect((await write(gzipSync("x".repeat(5_000_000)), "", { "content-encoding": "gzip" })).status).toBe(413)
  const long = await write(`a,b=${"c".repeat(5000)} d=1\ncpu,host=a usage=1 ${T}`)
  expect(await long.json()).toMatchObject({
    message: "partial write: a line has more than 1000 bytes dropped=1",
    line: 1,
  })
  expect((await source.next("cpu.a.usage")).value).toBe(1)
  const flood = Array.from({ length: 2000 }, (_, i) => `flood,host=h${i} x=1 ${T}`).join("\n")
  expect((await write(flood)).status).toBe(204)
  const [garbage, silent] = [await connected(t, tcp), await connected(t, tcp)]
  garbage.write(Buffer.alloc(500_000, 0x41))
  const third = connect(tcp, "127.0.0.1")
  third.on("error", () => undefined)
  await once(third, "close")
  silent.write(`cpu,host=a usage=2 ${T + 1n}\n`)
  garbage.write(`\ncpu,host=a usage=3 ${T + 2n}\n`)
  expect(await source.nextValue("cpu.a.usage", (value) => value === 3 || value === 2)).toBeGreaterThan(1)
  expect(await source.discover()).toMatchObject({ metrics: 10, refusedValues: 1991, targetsUp: 3 })
})

test("a writer that hangs holds up nobody, and not the end either", async (t) => {
  const { source, write, http } = await start(t)
  const hung = await connected(t, http)
  hung.write("POST /write HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\ncpu,host=a usage=1\n")
  expect((await source.next("cpu.a.usage")).value).toBe(1)
  expect((await write("cpu,host=b usage=2")).status).toBe(204)
  expect((await source.next("cpu.b.usage")).value).toBe(2)
  const closed = once(hung, "close")
  const began = performance.now()
  await source.agent.stop()
  expect(performance.now() - began).toBeLessThan(2000)
  await closed
})

test("series that would mix in one metric are told", async (t) => {
  const { source, write } = await start(t, {}, { name: "cpu.{host}.{field}" })
  await write("cpu,host=a,cpu=0 usage=1\ncpu,host=a,cpu=1 usage=2")
  expect(await source.discover()).toMatchObject({ clashes: 1, metrics: 1 })
  expect(source.warnings.join()).toContain("cpu.a.usage: several series go by this name")
})

test("silence is told if a rule wishes it; other rules leave listeners alone", async (t) => {
  const { source, config, tcp } = await start(t)
  const socket = await connected(t, tcp)
  socket.write("power,host=a watts=5\n")
  const rules = [{ measurement: "power", name: "lab.{host}.power", unit: "W", rate: 1, timeout: 0.3 }]
  await source.configure({ ...config, rules })
  socket.write("power,host=a watts=6\n")
  expect((await source.next("lab.a.power")).value).toBe(6)
  expect((await source.next("lab.a.power")).value).toBeNaN()
  expect(await source.metadata("lab.a.power")).toMatchObject({ unit: "W", rate: 1 })
  expect(socket.destroyed).toBe(false)
})

describeOnBrokers("source-influx", (kind) => {
  test("a port that is taken is told, and listened to once it is free", async (t) => {
    const { source, config, http } = await start(t, {}, {}, { kind })
    expect(await source.nextValue("source-influx.tcp.up")).toBe(1)
    await source.configure({ ...config, tcp: { port: http } })
    expect(await source.nextValue("source-influx.tcp.up", (up) => up === 0)).toBe(0)
    const { failingTargets } = await source.discover()
    expect(failingTargets).toMatchObject([{ name: "tcp", error: expect.stringContaining("EADDRINUSE") }])
    const { http: _http, ...others } = config
    await source.configure({ ...others, tcp: { port: http } })
    expect(await source.nextValue("source-influx.tcp.up", (up) => up === 1)).toBe(1)
  })
})
