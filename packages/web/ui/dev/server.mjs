/**
 * A server of made-up metrics behind API v1, for the page's own tests, its bench, and work on it without a network:
 * `node packages/web/ui/dev/server.mjs [port] [prefix]` serves `dist-ui` on loopback.
 */
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { extname, join } from "node:path"
import { pathToFileURL } from "node:url"

const ui = join(import.meta.dirname, "../../dist-ui")
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" }
const TILE_ROWS = 512

/** Every metric: a level between two plateaus, waves, noise; `raw` has a point every so many ms and no rows below. */
export const metrics = [
  {
    name: "lab.ariel.power",
    unit: "W",
    quantity: "power",
    description: "Total power of ariel",
    rate: 20,
    low: 118,
    high: 231,
    noise: 7,
    period: 3.7e6,
  },
  {
    name: "lab.ariel.s0.package.power",
    unit: "W",
    quantity: "power",
    description: "RAPL package 0",
    rate: 100,
    low: 96,
    high: 203,
    noise: 6,
    period: 3.3e6,
  },
  {
    name: "hall.inlet.temperature",
    unit: "°C",
    quantity: "temperature",
    description: "Inlet, cold aisle 3",
    rate: 0.1,
    low: 21.2,
    high: 23.4,
    noise: 0.25,
    period: 2.2e7,
    gap: true,
  },
  ...Array.from({ length: 40 }, (_, i) => ({
    name: `cluster.node${String(i + 1).padStart(2, "0")}.power`,
    unit: "W",
    quantity: "power",
    description: `Node ${i + 1}, wall plug`,
    rate: 10,
    low: 80 + i * 9,
    high: 190 + i * 11,
    noise: 4 + (i % 5),
    period: 2e6 + i * 3e5,
  })),
]

const byName = new Map(metrics.map((metric) => [metric.name, metric]))

/** Uniform between 0 and 1, the same for the same integer. */
function random(seed) {
  let x = Math.imul(seed | 0, 2654435761)
  x = Math.imul(x ^ (x >>> 15), 2246822519)
  x = Math.imul(x ^ (x >>> 13), 3266489917)
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32
}

function level(metric, ms) {
  const phase = (ms / metric.period) % 1
  const base = phase < 0.54 ? metric.high : metric.low
  return base + metric.noise * (Math.sin(ms / metric.period / 0.21) + 0.4 * Math.sin(ms / metric.period / 0.037))
}

function known(metric, ms) {
  return ms <= Date.now() && ms > Date.now() - 40 * 86_400_000 && !(metric.gap && (ms / 1.44e7) % 1 > 0.95)
}

function value(metric, ms) {
  return level(metric, ms) + (random(Math.round(ms / 10) + metric.name.length) - 0.5) * metric.noise
}

/** One tile in the layout of API v1. */
export function tile(metric, index, intervalMs) {
  const t0 = index * TILE_ROWS * intervalMs
  const spacing = 1000 / metric.rate
  const raw = spacing > intervalMs / 2
  const times = []
  if (raw) {
    const first = Math.ceil(t0 / spacing) - 1
    for (let k = first; k * spacing <= t0 + TILE_ROWS * intervalMs; k++)
      if (known(metric, k * spacing)) times.push(k * spacing - t0)
  } else for (let i = 0; i < TILE_ROWS; i++) if (known(metric, t0 + i * intervalMs)) times.push(i * intervalMs)
  const n = times.length
  const buffer = new ArrayBuffer(32 + n * (raw ? 16 : 24))
  const head = new DataView(buffer)
  head.setUint32(0, 0x3154514d, true)
  head.setUint32(4, n, true)
  head.setFloat64(8, intervalMs, true)
  head.setFloat64(16, t0, true)
  head.setUint32(24, raw ? 1 : 0, true)
  new Float64Array(buffer, 32, n).set(times)
  if (raw) new Float64Array(buffer, 32 + n * 8, n).set(times.map((time) => value(metric, t0 + time)))
  else fillRows(buffer, n, (i) => row(metric, t0 + times[i], intervalMs))
  return Buffer.from(buffer)
}

function row(metric, ms, intervalMs) {
  const wide = Math.min(1, Math.log10(1 + (intervalMs * metric.rate) / 1000) / 4)
  const steps = Math.min(8, Math.max(2, Math.ceil((intervalMs / metric.period) * 20)))
  let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (let k = 0; k < steps; k++) {
    const at = level(metric, ms + ((k + 0.5) * intervalMs) / steps)
    low = Math.min(low, at)
    high = Math.max(high, at)
    sum += at
  }
  const seed = Math.round(ms / intervalMs) + metric.name.length * 7919
  const spread = metric.noise * (0.4 + wide)
  const spike = random(seed + 3) > 0.998 ? metric.noise * 8 : 0
  const mean = sum / steps + (random(seed) - 0.5) * metric.noise * 0.5
  return [
    Math.min(mean, low - random(seed + 1) * spread),
    mean,
    Math.max(mean, high + random(seed + 2) * spread + spike),
    1,
  ]
}

function fillRows(buffer, n, rowOf) {
  const columns = [0, 1, 2, 3].map((column) => new Float32Array(buffer, 32 + n * 8 + n * 4 * column, n))
  for (let i = 0; i < n; i++) {
    const values = rowOf(i)
    for (let column = 0; column < 4; column++) columns[column][i] = values[column]
  }
}

const intervalOf = (k) => [1, 2, 5][k % 3] * 10 ** Math.floor(k / 3)

const endpoints = {
  "GET me": () => ({
    ...{ name: "this machine", role: "administrator", via: "loopback" },
    ...{ accounts: false, account: false, sessions: 0 },
  }),
  "GET health/findings": () => ({
    ...{ total: 0, findings: [], sweep: { time: null } },
    counts: { error: 0, warning: 0, info: 0, acknowledged: 0, muted: 0 },
  }),
  "GET status": () => ({
    network: { url: "amqp://127.0.0.1:5672/", connected: true },
    metrics: metrics.length,
    clients: 3,
    pointsPerSecond: 41_000,
    database: [],
    version: "0.1.0",
  }),
  "GET metrics": ({ query }) => {
    const search = query.get("search") ?? ""
    const regex = /^\/(.*)\/$/.exec(search)
    const words = search.toLowerCase().split(/\s+/)
    const fits = ({ name, description, unit }) =>
      regex
        ? new RegExp(regex[1]).test(name)
        : words.every((word) => `${name} ${description} ${unit}`.toLowerCase().includes(word))
    const all = metrics.filter(fits)
    return { total: all.length, offset: 0, metrics: all.slice(0, Number(query.get("limit") ?? 100)) }
  },
  "GET metrics/tree": ({ query }) => {
    const start = query.get("prefix") ? `${query.get("prefix")}.` : ""
    const nodes = new Map()
    for (const { name } of metrics) {
      if (!name.startsWith(start)) continue
      const dot = name.indexOf(".", start.length)
      const path = dot < 0 ? name : name.slice(0, dot)
      const node = nodes.get(path) ?? { name: path.slice(start.length), path, metrics: 0, leaf: false }
      if (dot < 0) node.leaf = true
      else node.metrics++
      nodes.set(path, node)
    }
    return [...nodes.values()]
  },
  "POST last": ({ body }) =>
    Object.fromEntries(
      body.metrics.map((name) => [name, { time: `${Date.now()}000000`, value: value(byName.get(name), Date.now()) }]),
    ),
  "POST analyze": ({ body }) =>
    Object.fromEntries(
      body.metrics.map((name) => [name, analysis(byName.get(name), Number(body.from) / 1e6, Number(body.to) / 1e6)]),
    ),
}

function analysis(metric, from, to) {
  const samples = Array.from({ length: 500 }, (_, i) => from + ((i + 0.5) / 500) * (to - from)).filter((ms) =>
    known(metric, ms),
  )
  const values = samples.map((ms) => value(metric, ms))
  const seconds = ((to - from) / 1000) * (samples.length / 500)
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  const count = Math.round(seconds * metric.rate)
  const rest = {
    mean,
    sum: mean * count,
    count,
    integral: mean * seconds,
    active: seconds,
    coverage: samples.length / 500,
  }
  return { min: Math.min(...values), max: Math.max(...values), ...rest }
}

function tiles(body) {
  return Buffer.concat(
    body.tiles.flatMap(({ metric, level: k, index }) => {
      const one = byName.has(metric) ? tile(byName.get(metric), index, intervalOf(k)) : Buffer.alloc(0)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(one.length)
      return [length, one]
    }),
  )
}

async function answer(request, response, prefix) {
  const url = new URL(request.url, "http://127.0.0.1")
  const path = url.pathname.slice(prefix.length)
  if (!path.startsWith("api/v1/")) return page(path, response, prefix)
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined
  const name = path.slice("api/v1/".length)
  if (name === "tiles") return response.end(tiles(body))
  const endpoint = endpoints[`${request.method} ${name}`]
  const one = byName.get(decodeURIComponent(name.replace(/^metrics\//, "")))
  const isStorage = byName.has(decodeURIComponent(name.replace(/^metrics\/(.*)\/storage$/, "$1")))
  const json = endpoint
    ? endpoint({ query: url.searchParams, body })
    : (one ?? (isStorage ? { databases: [] } : undefined))
  response.writeHead(json ? 200 : 404, { "content-type": "application/json" })
  response.end(JSON.stringify(json ?? { error: { code: "not-found", message: "There is no such thing." } }))
}

async function page(path, response, prefix) {
  const file = extname(path) in TYPES ? path : "index.html"
  const bytes = await readFile(join(ui, file)).catch(() => undefined)
  response.writeHead(bytes ? 200 : 404, {
    "content-type": `${TYPES[extname(file)]}; charset=utf-8`,
    "content-security-policy": "default-src 'self'; base-uri 'self'",
  })
  response.end(file === "index.html" ? String(bytes).replace("<head>", `<head><base href="${prefix}">`) : bytes)
}

/** Live points of what one viewer has subscribed to, ten times a second, in WebSocket frames of text. */
function follow(request, socket) {
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash("sha1").update(key).digest("base64")
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  const followed = new Map()
  const timer = setInterval(() => {
    const [points, rows] = [{}, {}]
    for (const [name, one] of followed) {
      const from = one.until
      one.until = one.interval === 0 ? Date.now() : Math.floor(Date.now() / one.interval) * one.interval
      const fresh = pointsOf(byName.get(name), from, one.until)
      if (one.interval === 0) points[name] = fresh
      else rows[name] = rowsOf(fresh, one.interval)
    }
    if (followed.size > 0) socket.write(frame(JSON.stringify({ points, rows })))
  }, 100)
  socket.on("data", (bytes) => {
    for (const text of unmasked(bytes)) {
      if (text === undefined) return socket.end()
      const { subscribe = [], unsubscribe = [], interval = 0, since = {} } = JSON.parse(text)
      for (const name of unsubscribe) followed.delete(name)
      for (const name of subscribe) {
        const until = since[name] === undefined ? Date.now() : Number(BigInt(since[name]) / 1_000_000n)
        if (byName.has(name)) followed.set(name, { interval, until })
      }
    }
  })
  socket.on("error", () => {})
  socket.on("close", () => clearInterval(timer))
}

function pointsOf(metric, from, to) {
  const spacing = 1000 / metric.rate
  const points = []
  for (let k = Math.floor(from / spacing) + 1; k * spacing <= to; k++) {
    points.push([`${Math.round(k * spacing)}000000`, value(metric, k * spacing)])
  }
  return points
}

/** Points of whole intervals as rows. */
function rowsOf(points, interval) {
  const rows = new Map()
  for (const [time, value] of points) {
    const begin = Math.floor(Number(BigInt(time) / 1_000_000n) / interval) * interval
    rows.set(begin, [...(rows.get(begin) ?? []), value])
  }
  return [...rows].map(([begin, values]) => {
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length
    return [`${begin}000000`, Math.min(...values), mean, Math.max(...values), values.length]
  })
}

function frame(text) {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.alloc(payload.length < 65_536 ? 4 : 10)
  if (payload.length >= 65_536) {
    head.set([0x81, 127])
    head.writeBigUInt64BE(BigInt(payload.length), 2)
  } else if (payload.length >= 126) {
    head.set([0x81, 126])
    head.writeUInt16BE(payload.length, 2)
  }
  return Buffer.concat([head, payload])
}

/** The texts of frames that came whole; undefined for a close. */
function unmasked(bytes) {
  const texts = []
  for (let from = 0; from < bytes.length; ) {
    const short = bytes[from + 1] & 0x7f
    const at = from + (short === 126 ? 4 : 2)
    const length = short === 126 ? bytes.readUInt16BE(from + 2) : short
    const mask = bytes.subarray(at, at + 4)
    const text = Buffer.from(bytes.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i % 4])
    texts.push((bytes[from] & 0x0f) === 8 ? undefined : text.toString())
    from = at + 4 + length
  }
  return texts
}

/** Starts the server on loopback; port 0 takes a free one. */
export async function startDevServer(port = 0, prefix = "/") {
  const server = createServer((request, response) => {
    answer(request, response, prefix).catch((error) => {
      console.error(error)
      response.destroy()
    })
  })
  server.on("upgrade", follow)
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve))
  return { url: `http://127.0.0.1:${server.address().port}${prefix}`, stop: () => stop(server) }
}

function stop(server) {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await startDevServer(Number(process.argv[2] ?? 3001), process.argv[3] ?? "/")
  console.log(url)
}
