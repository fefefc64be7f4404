import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { freePort, onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { delivery, finding } from "../testing/notices.js"
import { nscaChecks } from "./nsca-checks.js"
import { nscaMethods } from "./nsca-cipher.js"
import { sendNsca } from "./nsca-connection.js"
import type { NscaCheck } from "./nsca-packet.js"

const DAEMON = "/usr/sbin/nsca"
const noDaemon = existsSync(DAEMON) ? "" : "nsca is not installed"

/** Debian's daemon; `lines` reads the check results that it has taken. */
async function daemon(t: TestScope, method: number, password: string) {
  const folder = await temporaryFolder(t, "nsca")
  const port = await freePort()
  const dump = join(folder, "taken")
  const config = {
    ...{ server_address: "127.0.0.1", server_port: port, decryption_method: method, password },
    ...{ command_file: join(folder, "no-pipe"), alternate_dump_file: dump, pid_file: join(folder, "pid") },
    ...{ max_packet_age: 30, aggregate_writes: 0, append_to_file: 0, debug: 0 },
  }
  const text = Object.entries(config).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(join(folder, "nsca.cfg"), text.filter((line) => !line.endsWith("=\n")).join(""))
  const process = spawn(DAEMON, ["-c", join(folder, "nsca.cfg"), "-f"], { stdio: "ignore" })
  const ended = new Promise((resolve) => process.once("exit", resolve))
  onTestEnd(t, async () => {
    process.kill()
    await ended
  })
  const lines = async () =>
    (await readFile(dump, "utf8").catch(() => ""))
      .split("\n")
      .filter(Boolean)
      .map((line) => line.replace(/^\[\d+\] /, ""))
  return { port, lines }
}

/** Something that greets as a daemon does and keeps what it gets. */
async function greeter(t: TestScope, greeting: Buffer) {
  const got: Buffer[] = []
  const server = createServer((socket) => {
    socket.on("error", () => {})
    if (greeting.length > 0) socket.write(greeting)
    else socket.end()
    socket.on("data", (bytes) => got.push(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestEnd(t, () => void server.close())
  return { port: (server.address() as AddressInfo).port, bytes: () => Buffer.concat(got) }
}
const greeting = Buffer.concat([Buffer.alloc(128, 7), Buffer.from([0x65, 0, 0, 1])])

const check = (change: Partial<NscaCheck> = {}): NscaCheck => ({
  ...{ host: "metricq", service: "MetricQ", state: 1, text: "1 warning\nlab.a: no point for 5 min" },
  ...change,
})

describe.skipIf(noDaemon)(noDaemon ? `the daemon of Debian [left out: ${noDaemon}]` : "the daemon of Debian", () => {
  test.for(Object.entries(nscaMethods))("takes check results, encrypted with %s", async ([method, number], t) => {
    const password = method === "none" ? "" : "correct horse"
    const { port, lines } = await daemon(t, number, password)
    const checks = [check(), check({ service: "größer", state: 0, text: "x".repeat(5000) }), check({ service: "" })]
    const send = () =>
      sendNsca({ host: "127.0.0.1", port, method: method as never, password }, checks, {
        ...{ answerMs: 3000, signal: new AbortController().signal },
      })
    await expect
      .poll(
        () =>
          send().then(
            () => true,
            () => false,
          ),
        { timeout: 5000 },
      )
      .toBe(true)
    await expect.poll(async () => (await lines()).length, { timeout: 5000 }).toBe(3)
    const [first, second, third] = await lines()
    expect(first).toBe("PROCESS_SERVICE_CHECK_RESULT;metricq;MetricQ;1;1 warning\\nlab.a: no point for 5 min")
    expect(second).toBe(`PROCESS_SERVICE_CHECK_RESULT;metricq;größer;0;${"x".repeat(4095)}`)
    expect(third).toMatch(/^PROCESS_HOST_CHECK_RESULT;metricq;1;/)
  })
})

test("how things stand is told at once, when it changes, and again and again", async (t) => {
  const { port, bytes } = await greeter(t, greeting)
  const stands = { findings: [finding("lab.a", { severity: "error" }), finding("lab.b", { state: "muted" })] }
  const target = { host: "127.0.0.1", port, reportingHost: "metricq", service: "MetricQ {kind}", resendS: 10 }
  const channel = delivery(t, "nsca", { target, kinds: ["silent", "nan"] }, { findings: () => stands })
  channel.repeat()
  expect(channel.waiting.counts.opened).toBe(0)
  channel.add({ opened: [], resolved: [] })
  const packets = () => {
    const all = bytes()
    return Array.from({ length: all.length / 4304 }, (_, i) => all.subarray(i * 4304, (i + 1) * 4304))
  }
  const text = (packet: Buffer, from: number) => packet.toString("utf8", from, packet.indexOf(0, from))
  await expect.poll(() => packets().length, { timeout: 5000 }).toBe(2)
  const [first, second] = packets()
  expect({ version: first!.readInt16BE(0), time: first!.readUInt32BE(8), state: first!.readInt16BE(12) }).toEqual({
    ...{ version: 3, time: 0x65000001, state: 2 },
  })
  expect([text(first!, 14), text(first!, 78), text(first!, 206)]).toEqual([
    ...["metricq", "MetricQ silent", "1 error\nerror: lab.a: no point for 5 min"],
  ])
  expect([second!.readInt16BE(12), text(second!, 78), text(second!, 206)]).toEqual([0, "MetricQ nan", "no findings"])
  await expect.poll(() => channel.stats.delivered, { timeout: 5000 }).toBe(1)
  channel.repeat()
  await expect.poll(() => packets().length, { timeout: 5000 }).toBe(4)
})

test("a daemon that closes at once, is away, or does not greet is told as such", async (t) => {
  const { port } = await greeter(t, Buffer.alloc(0))
  const answerOf = (target: object) => delivery(t, "nsca", { target: { host: "127.0.0.1", ...target } }).test()
  expect(await answerOf({ port })).toMatchObject({ delivered: false, answer: expect.stringMatching(/allowed_hosts/) })
  expect(await answerOf({ port: 1 })).toMatchObject({ delivered: false, answer: expect.stringMatching(/ECONNREFUSED/) })
  const silent = await greeter(t, Buffer.alloc(5))
  const peer = { host: "127.0.0.1", port: silent.port, method: "none", password: "" } as const
  const options = { answerMs: 50, signal: new AbortController().signal }
  await expect(sendNsca(peer, [check()], options)).rejects.toThrow("no answer within 0.05 s")
})

test("while nobody can tell, it is unknown, and an error that is known stays critical", () => {
  const names = { reportingHost: "metricq", service: "MetricQ" }
  const state = (...findings: ReturnType<typeof finding>[]) =>
    nscaChecks(names, { findings, kinds: ["silent"], trouble: "the broker is away" })[0]
  expect(state()).toMatchObject({ state: 3, text: "cannot be told: the broker is away" })
  expect(state(finding("a"))).toMatchObject({ state: 3 })
  expect(state(finding("a", { severity: "error" }))).toMatchObject({ state: 2 })
})
