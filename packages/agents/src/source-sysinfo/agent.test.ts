import { readFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { silentLogger, Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { OfflineNetwork } from "../kit/offline-network.js"
import { RecordedMachine } from "../testing/recorded-machine.js"
import { SysinfoSource, sysinfo } from "./agent.js"
import { sysinfoSchema } from "./config.js"

const readSource = (name: string) => readFileSync(new URL(`../../src/source-sysinfo/${name}`, import.meta.url), "utf8")

test("the README shows the sample as it is", () => {
  const [, shown] = /```json\n(.*?)```/s.exec(readSource("README.md")) ?? []
  expect(shown).toBe(readSource("sample.json"))
  expect(sysinfo.sample()).toEqual(JSON.parse(readSource("sample.json")))
})

/** The source on a recorded machine, and what it sends in a round. */
function sourceOn(files: RecordedMachine) {
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (line: string) => warnings.push(line) }
  const source = new SysinfoSource({ token: "source-sysinfo", url: "amqp://127.0.0.1/", logger }, files)
  const network = new OfflineNetwork(source)
  const round = async (time = Timestamp.now()) => {
    // Longer than half a period, so that there are rates.
    await delay(2)
    await source.update(time)
    return network.take()
  }
  const configure = (config: object) => source.onConfig(sysinfoSchema.parse({ rate: 1000, ...config }))
  return { source, round, configure, warnings }
}

test("the first round after the configuration has the gauges, the next ones the rates; all with the nominal time", async () => {
  const { round, configure } = sourceOn(new RecordedMachine("server"))
  await configure({ prefix: "lab", rate: 1 })
  const time = Timestamp.fromNs(1_600_000_000_000_000_000n)
  const first = await round(time)
  expect(first.map(({ metric }) => metric)).toContain("lab.mem.total")
  expect(first.filter(({ metric }) => metric.startsWith("lab.net."))).toEqual([])

  await configure({ prefix: "lab" })
  const second = await round(time)
  expect(second.map(({ metric }) => metric)).toContain("lab.net.eno1.sent.bytes")
  expect(second.every((point) => point.time === time)).toBe(true)
  expect(second.find(({ metric }) => metric === "lab.net.eno1.sent.bytes")?.metadata).toEqual({
    rate: 1000,
    unit: "B/s",
    description: "data sent by network interface eno1",
    scope: "last",
  })
})

test("a device that turns up is declared and sent, one that goes ends, and the others go on", async () => {
  const files = new RecordedMachine("pi")
  const { round, configure, warnings } = sourceOn(files)
  await configure({ prefix: "" })
  const sent = async () => new Set((await round()).map(({ metric }) => metric))
  expect(await sent()).toContain("net.eth0.recv.bytes")

  const usb = " usb0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n"
  files.texts.set("/proc/net/dev", files.texts.get("/proc/net/dev") + usb)
  await sent()
  const later = await sent()
  expect(later).toContain("net.usb0.sent.packets")
  expect(later).toContain("net.eth0.recv.bytes")

  files.edit("/proc/net/dev", usb, "")
  const gone = await sent()
  expect(gone).not.toContain("net.usb0.sent.packets")
  expect(gone).toContain("net.eth0.recv.bytes")
  expect(warnings).toEqual([])
})

test("a new configuration takes the place of the old one; one that cannot be declared changes nothing", async () => {
  const { source, round, configure } = sourceOn(new RecordedMachine("pi"))
  await configure({ prefix: "old", rate: 2 })
  source.declareMetrics = () => Promise.reject(new Error("no manager"))
  await expect(configure({ prefix: "new", rate: 4 })).rejects.toThrow("no manager")
  expect(source.period).toBe(0.5)
  expect((await round()).every(({ metric }) => metric.startsWith("old."))).toBe(true)
})
