import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { beforeEach, expect, onTestFinished, test } from "vitest"
import { Network, type NetworkOptions } from "./network.js"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "metricq-network-"))
  const before = process.env.XDG_RUNTIME_DIR
  process.env.XDG_RUNTIME_DIR = folder
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_RUNTIME_DIR
    else process.env.XDG_RUNTIME_DIR = before
    rmSync(folder, { recursive: true })
  })
})

function options(onService: NetworkOptions["onService"]): NetworkOptions {
  return {
    dataFolder: join(folder, "data"),
    host: "127.0.0.1",
    amqpPort: 0,
    administrators: [],
    agents: [],
    page: { port: 0 },
    database: { token: "db-timeline", config: { patterns: ["**"] }, logLevel: "error" },
    logger: silentLogger,
    onService,
    onTrouble: () => {},
  }
}

test.each(["documents", "broker", "manager", "web", "database"])(
  "stopped while it is starting, at %s, nothing of it stays",
  async (at) => {
    let address = ""
    const network = new Network(
      options((name, text) => {
        if (name === "broker") address = text.split(" ")[0] ?? ""
        if (name === at) void network.stop()
      }),
    )
    await expect(network.start()).rejects.toThrow("stopped while it was starting")
    await network.stop()
    if (address !== "") expect(await listens(Number(new URL(address).port))).toBe(false)
    const runtime = join(folder, "metricq")
    expect(existsSync(runtime) ? readdirSync(runtime) : []).toEqual([])
    for (const part of ["documents", "timeline"]) expect(existsSync(join(folder, "data", part, "lock"))).toBe(false)
  },
)

test("two networks run in one process", async () => {
  const first = new Network({ ...options(() => {}), dataFolder: join(folder, "a") })
  const second = new Network({ ...options(() => {}), dataFolder: join(folder, "b") })
  await Promise.all([first.start(), second.start()])
  expect(first.url).not.toBe(second.url)
  expect(readdirSync(join(folder, "metricq"))).toHaveLength(2)
  await Promise.all([first.stop(), second.stop()])
  expect(readdirSync(join(folder, "metricq"))).toEqual([])
})

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.once("error", () => resolve(false))
  })
}
