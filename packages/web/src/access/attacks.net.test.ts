import { once } from "node:events"
import { connect } from "node:net"
import { describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { GuardedWeb, password } from "../testing/guarded-web.js"
import { WebUnderTest } from "../testing/web-under-test.js"

/** Sends these bytes, and resolves with all that comes back. */
async function bytes(address: string, text: string): Promise<string> {
  const { port } = new URL(address)
  const socket = connect(Number(port), "127.0.0.1")
  const pieces: Buffer[] = []
  socket.on("data", (piece) => pieces.push(piece))
  socket.on("error", () => {})
  socket.write(text)
  await once(socket, "close")
  return Buffer.concat(pieces).toString("latin1")
}

describe("whoever sends odd requests", () => {
  test("finds no file but those of the page, and no second answer in the first", async (t) => {
    const web = await WebUnderTest.start(t)
    const paths = [
      "/../../../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/assets/..%2f..%2fetc/passwd",
      "//etc/passwd",
      "/..\\..\\etc",
    ]
    for (const path of paths) {
      const answer = await bytes(
        web.server.address,
        `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      )
      expect([path, answer.split("\r\n")[0]]).toEqual([path, expect.stringMatching(/ 40[04] /)])
      expect(answer).not.toContain("root:")
    }
    const smuggled =
      "POST /api/v1/last HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    expect((await bytes(web.server.address, smuggled)).match(/HTTP\/1.1 /g)).toHaveLength(1)
    const hosts = [
      "evil.example.org",
      "localhost.evil.org",
      "127.0.0.1.evil.org",
      "localhost@evil.org",
      "[::ffff:c000:201]",
      "localhost.",
      "",
    ]
    for (const host of hosts) {
      const answer = await bytes(
        web.server.address,
        `GET /api/v1/me HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
      )
      expect([host, answer.split("\r\n")[0]]).toEqual([host, expect.stringMatching(/ 40[03] /)])
    }
    for (const host of ["localhost:1", "[::1]:65535", "127.9.9.9"]) {
      const answer = await bytes(
        web.server.address,
        `GET /api/v1/me HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
      )
      expect(answer).toContain(" 200 ")
    }
  })

  test("changes nothing for others by keys that objects have from birth", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const { headers } = await guarded.post("api/v1/login", { name: "ann", password })
    const cookie = headers.get("set-cookie")?.split(";")[0] ?? ""
    const body =
      '{"name":"eva","role":"viewer","password":"correct horse battery","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    const options = { method: "POST", headers: { cookie, "content-type": "application/json" }, body }
    expect((await fetch(guarded.web.url("api/v1/users"), options)).status).toBe(400)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    const ann = guarded.as({ cookie })
    for (const name of ["constructor", "toString", "hasOwnProperty"]) {
      expect([name, (await ann("GET", `api/v1/metrics/${name}`)).status]).toEqual([name, 404])
      expect([name, (await ann("GET", `api/v1/users/${name}`)).status]).toEqual([name, 404])
      expect([name, (await ann("PATCH", `api/v1/users/${name}`, { role: "viewer" })).status]).toEqual([name, 404])
      expect([name, (await ann("GET", `api/v1/configs/${name}`)).status]).toEqual([name, 404])
      expect([name, (await ann("POST", "grafana/metadata", { target: name })).status]).toEqual([name, 404])
    }
  })

  test("is refused what is too large, before it is read", async (t) => {
    const guarded = await GuardedWeb.start(t)
    const large = await guarded.post("api/v1/login", { name: "ann", password: "x".repeat(2_000_000) })
    expect(large.status).toBe(413)
    const head = await bytes(
      guarded.web.server.address,
      `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(100_000)}\r\n\r\n`,
    )
    expect(head).toContain(" 431 ")
    const many = await bytes(
      guarded.web.server.address,
      `GET /api/v1/me HTTP/1.1\r\nhost: localhost\r\ncookie: ${"a=b;".repeat(3000)}\r\nconnection: close\r\n\r\n`,
    )
    expect(many).toContain(" 200 ")
    const answer = await guarded.post("api/v1/login", { name: "ann", password })
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? ""
    const socket = new WebSocket(guarded.web.url("api/v1/live").replace("http", "ws"), { headers: { cookie } })
    await once(socket, "open")
    socket.send("x".repeat(1_100_000))
    const [code] = await once(socket, "close")
    expect(code).toBe(1009)
  })

  test("keeps nobody waiting with expressions that take for ever, one after the other", async (t) => {
    const names = Array.from({ length: 50 }, (_, i) => `lab.${"a".repeat(40)}${i}`)
    const web = await WebUnderTest.start(t, async (net) => {
      await net.database("db-lab", names)
      await net.source("source-lab", { metrics: Object.fromEntries(names.map((name) => [name, {}])) })
    })
    const ask = (query: string) => web.get(`prometheus/api/v1/query?query=${encodeURIComponent(query)}`)
    expect((await ask('{__name__=~"lab.(a+)+b"}')).body.error).toContain("takes longer than 250 ms")
    const expression = slowExpression(names, 40)
    const slow = Array.from({ length: 40 }, (_, i) => `{__name__=~"${expression}${i}"}`).join(" or ")
    expect((await ask(slow)).body.error).toContain("longer than")
    expect((await ask('count({__name__=~"lab.*"})')).status).toBe(200)
  })
})

/** An expression that takes this machine between `ms` and twice or thrice as long for all names, which none of them matches. */
function slowExpression(names: readonly string[], ms: number): string {
  for (let most = 11; ; most++) {
    const expression = `lab.(a|a){11,${most}}c`
    const matcher = new RegExp(`^(?:${expression}0)$`)
    const began = performance.now()
    for (const name of names) matcher.test(name)
    if (performance.now() - began >= ms) return expression
  }
}

describe("whoever is not the proxy", () => {
  test("cannot speak in the name of anybody, nor from another address", async (t) => {
    const options = { trustedHeader: "x-remote-user", trustedProxies: ["192.0.2.7"] }
    const guarded = await GuardedWeb.start(t, options)
    const forged = {
      "x-remote-user": "ann",
      "x-forwarded-for": "192.0.2.7",
      forwarded: "for=192.0.2.7",
      "x-real-ip": "192.0.2.7",
    }
    expect((await guarded.as(forged)("GET", "api/v1/users")).status).toBe(401)
    await guarded.post("api/v1/login", { name: "ann", password: "wrong" }, forged)
    const ann = await guarded.login("ann")
    const [line] = (await ann("GET", "api/v1/audit?action=login.failed")).body.entries
    expect(line.address).toBe("127.0.0.1")
  })
})
