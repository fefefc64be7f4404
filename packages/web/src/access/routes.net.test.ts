import { request } from "node:http"
import { expect, test } from "vitest"
import type { BookedRoute } from "../openapi/route-book.js"
import { type Asker, GuardedWeb } from "../testing/guarded-web.js"

/** All that answers whom nobody knows: the page, which is empty, the login, and whether the server works. */
const open = [
  ...["GET /", "GET /*", "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/v1/me"],
  ...["POST /api/v1/login", "POST /api/v1/logout"],
]

const prefix = "/lab"

type Route = Pick<BookedRoute, "method" | "url"> & Partial<BookedRoute>

/** Asks a route, without a body, and tells the status; a WebSocket that is let in has 101. */
function statusOf(address: string, { method, url, constraints }: Route, headers: Record<string, string> = {}) {
  const path = url.replaceAll(/:\w+/g, "something").replace("*", "something")
  const socket = {
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  }
  const all = constraints?.upgrade === "websocket" ? { ...headers, ...socket } : headers
  return new Promise<number>((resolve, reject) => {
    const asked = request(new URL(path, address), { method, headers: all }, (answer) => {
      answer.destroy()
      resolve(answer.statusCode ?? 0)
    })
    asked.on("upgrade", (answer, stream) => {
      stream.destroy()
      resolve(answer.statusCode ?? 0)
    })
    asked.on("error", reject)
    asked.end()
  })
}

async function tokenOf(asker: Asker, scope: string): Promise<Record<string, string>> {
  const { body } = await asker("POST", "api/v1/tokens", { name: scope, scope })
  return { authorization: `Bearer ${body.secret}` }
}

const named = ({ method, url, constraints }: Route) =>
  `${method} ${url.slice(prefix.length) || "/"}${constraints?.upgrade ? " (WebSocket)" : ""}`

test("of all routes, none but a few answers whom nobody knows, and none does what a role may not", async (t) => {
  const guarded = await GuardedWeb.start(t, { prefix })
  const { routes, address } = guarded.web.server
  expect(routes.length).toBeGreaterThan(60)
  const asked = routes.filter(({ method }) => method !== "CONNECT")

  const answering = new Set<string>()
  for (const route of asked) {
    const status = await statusOf(address, route)
    if (status !== 401) answering.add(named(route).replace("HEAD", "GET"))
  }
  answering.delete("GET /metrics")
  expect([...answering].sort()).toEqual(open.filter((each) => each !== "GET /metrics").sort())

  const ann = await guarded.login("ann")
  for (const role of ["viewer", "operator"] as const) {
    const headers = await tokenOf(ann, role)
    const isAllowed = ({ needs }: BookedRoute) => ["anyone", "viewer", role].includes(needs)
    for (const route of asked.filter((each) => !isAllowed(each))) {
      expect({ route: named(route), status: await statusOf(address, route, headers) }).toEqual({
        ...{ route: named(route), status: 403 },
      })
    }
  }
}, 60_000)

test("a token for data reads data and nothing else", async (t) => {
  const guarded = await GuardedWeb.start(t, { prefix })
  const { routes, address } = guarded.web.server
  const headers = await tokenOf(await guarded.login("ann"), "data")
  const allowed = new Set<string>()
  for (const route of routes.filter(({ method, needs }) => method === "GET" && needs !== "anyone")) {
    const status = await statusOf(address, route, headers)
    if (status !== 403) allowed.add(named(route))
  }
  const folders = [...allowed].map((each) => each.replace(/^GET (\/(grafana|prometheus|api\/v1\/\w+)).*$/, "$1"))
  expect([...new Set(folders)].sort()).toEqual([
    ...["/api/v1/export", "/api/v1/live", "/api/v1/metrics", "/api/v1/status", "/api/v1/tiles"],
    ...["/grafana", "/prometheus", "GET / (WebSocket)", "GET /ws (WebSocket)"],
  ])
  expect(await statusOf(address, { method: "POST", url: "/lab/api/v1/history" }, headers)).toBe(400)
  expect(await statusOf(address, { method: "POST", url: "/lab/api/v1/tokens" }, headers)).toBe(403)
})
