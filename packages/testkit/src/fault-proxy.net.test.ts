import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { expect, type TestContext, test } from "vitest"
import { FaultProxy } from "./fault-proxy.js"

/** A server that keeps its sockets and what each has received; `proxy` stands before it. */
async function startServer(t: TestContext) {
  const sockets: Recorder[] = []
  const waiting: ((socket: Recorder) => void)[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const recorder = new Recorder(socket)
    sockets.push(recorder)
    waiting.shift()?.(recorder)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const proxy = await FaultProxy.start({ port: (server.address() as AddressInfo).port })
  t.onTestFinished(async () => {
    await proxy.stop()
    for (const { socket } of sockets) socket.destroy()
    server.close()
  })
  const pair = async () => {
    const accepted = new Promise<Recorder>((resolve) => waiting.push(resolve))
    const client = new Recorder(connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true }))
    t.onTestFinished(() => void client.socket.destroy())
    await once(client.socket, "connect")
    return { client, server: await accepted }
  }
  return { proxy, pair }
}

class Recorder {
  readonly socket: Socket
  readonly pieces: Buffer[] = []
  ended = false
  failure: string | undefined
  readonly #changed = new Set<() => void>()

  constructor(socket: Socket) {
    this.socket = socket
    socket.on("data", (piece: Buffer) => this.#note(() => this.pieces.push(piece)))
    socket.on("end", () => this.#note(() => (this.ended = true)))
    socket.on("error", (error: NodeJS.ErrnoException) => this.#note(() => (this.failure = error.code)))
  }

  get text(): string {
    return Buffer.concat(this.pieces).toString()
  }

  async until(condition: (self: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#changed.add(resolve))
  }

  #note(change: () => unknown): void {
    change()
    for (const wake of this.#changed) wake()
    this.#changed.clear()
  }
}

test("bytes and ends pass both ways", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  client.socket.end("question")
  await server.until(({ ended }) => ended)
  expect(server.text).toBe("question")
  server.socket.end("answer")
  await client.until(({ ended }) => ended)
  expect(client.text).toBe("answer")
  await expect.poll(() => proxy.connections).toBe(0)
})

test("what is sent while paused arrives after resume, in order", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.pause("up")
  client.socket.write("a")
  client.socket.write("b")
  server.socket.write("other way")
  await client.until(({ text }) => text === "other way")
  expect(server.text).toBe("")
  proxy.resume()
  await server.until(({ text }) => text === "ab")
})

test("a paused direction pushes back instead of taking bytes without end", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.pause("up")
  const total = 64 << 20
  client.socket.write(Buffer.alloc(total))
  let drained = false
  client.socket.once("drain", () => {
    drained = true
  })
  server.socket.write("time has passed")
  await client.until(({ text }) => text !== "")
  expect(drained).toBe(false)
  proxy.resume("up")
  await server.until(({ pieces }) => pieces.reduce((sum, { length }) => sum + length, 0) === total)
})

test("cut resets both ends, and the next connection works", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.cut()
  await Promise.all([
    client.until(({ failure }) => failure !== undefined),
    server.until(({ failure }) => failure !== undefined),
  ])
  expect([client.failure, server.failure]).toEqual(["ECONNRESET", "ECONNRESET"])
  const next = await pair()
  next.client.socket.write("hello")
  await next.server.until(({ text }) => text === "hello")
})

test("cutAfter lets exactly so many bytes pass", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.cutAfter(5, "up")
  client.socket.write("123")
  await server.until(({ text }) => text === "123")
  client.socket.write("45678")
  await client.until(({ failure }) => failure === "ECONNRESET")
  // libuv reports bytes and reset that are read together as bytes and end
  await server.until(({ ended, failure }) => ended || failure === "ECONNRESET")
  expect(server.text).toBe("12345")
})

test("a half-open connection is silent both ways and hears no farewell", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.halfOpen()
  client.socket.write("lost")
  server.socket.write("lost too")
  client.socket.end()
  const next = await pair()
  next.client.socket.write("hello")
  await next.server.until(({ text }) => text === "hello")
  expect([client.text, server.text, server.ended, server.failure]).toEqual(["", "", false, undefined])
})

test.for([
  { survivor: "client", resets: ["server"] },
  { survivor: "server", resets: ["client"] },
] as const)("half-open with only the $survivor left", async ({ survivor, resets }, t) => {
  const { proxy, pair } = await startServer(t)
  const ends = await pair()
  proxy.halfOpen(survivor)
  for (const end of resets) await ends[end].until(({ failure }) => failure === "ECONNRESET")
  const next = await pair() // by now the survivor would have heard of it
  next.client.socket.write("hello")
  await next.server.until(({ text }) => text === "hello")
  expect([ends[survivor].ended, ends[survivor].failure]).toEqual([false, undefined])
})

test("refuse turns new connections away and leaves open ones", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.refuse()
  const refused = new Recorder(connect(proxy.port, "127.0.0.1"))
  await refused.until(({ failure }) => failure !== undefined)
  client.socket.write("still here")
  await server.until(({ text }) => text === "still here")
  proxy.accept()
  await pair()
})

test("delay holds bytes back, throttle spreads them, slice cuts them up", async (t) => {
  const { proxy, pair } = await startServer(t)
  const { client, server } = await pair()
  proxy.delay(100, "up")
  const sentMs = performance.now()
  client.socket.write("late")
  await server.until(({ text }) => text === "late")
  expect(performance.now() - sentMs).toBeGreaterThan(99)
  proxy.heal()

  proxy.throttle(10_000)
  const throttledMs = performance.now()
  server.socket.write(Buffer.alloc(2_000))
  await client.until(({ text }) => text.length === 2_000)
  expect(performance.now() - throttledMs).toBeGreaterThan(150)
  proxy.heal()

  server.pieces.length = 0
  proxy.slice(1, "up")
  client.socket.write("abc")
  await server.until(({ text }) => text === "abc")
})

test("a client of a server that is not there is reset", async (t) => {
  const { proxy } = await startServer(t)
  const [gone] = await Promise.all([startServer(t)])
  proxy.retarget({ port: gone.proxy.port })
  await gone.proxy.stop()
  const client = new Recorder(connect(proxy.port, "127.0.0.1"))
  await client.until(({ failure }) => failure !== undefined)
  expect(client.failure).toBe("ECONNRESET")
})
