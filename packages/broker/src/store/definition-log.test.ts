import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { BrokerError } from "../errors.js"
import { silentLogger } from "../logger.js"
import type { Definition } from "../model/definitions.js"
import { Registry } from "../model/registry.js"
import { type Table, tableOf } from "../wire/table.js"
import { DefinitionLog } from "./definition-log.js"

const limits = { maxQueues: 1000, maxExchanges: 1000, maxBindings: 1000 }

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "broker-definitions-"))
  file = join(folder, "definitions.jsonl")
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A registry with its log, as a broker has them. */
function openRegistry(logger = silentLogger): { registry: Registry; log: DefinitionLog } {
  const registry = new Registry(limits, (definition) => log.append(definition))
  const log = new DefinitionLog(folder, () => registry.definitions(), logger)
  log.load((definition) => registry.apply(definition))
  log.open()
  return { registry, log }
}

const everyType: Table = new Map([
  ...tableOf({ text: "ü", yes: true, number: -5, inner: tableOf({ deep: "er" }) }),
  ["long", { type: "l", value: 2n ** 60n }],
  ["bytes", { type: "x", value: Uint8Array.from([0, 255]) }],
  [
    "list",
    {
      type: "A",
      value: [
        { type: "d", value: Number.NaN },
        { type: "V", value: null },
      ],
    },
  ],
])

function fill(registry: Registry): void {
  registry.addVhost("/")
  registry.addUser({ name: "ann", salt: "00", hash: "11".repeat(32), vhosts: ["/"] })
  const vhost = registry.findVhost("/")
  if (vhost === undefined) throw new Error("no vhost")
  const common = { durable: true, autoDelete: false, arguments: everyType }
  const exchange = vhost.addExchange({ ...common, name: "e", type: "topic", internal: false })
  const noLimits = {
    expiresMs: undefined,
    messageTtlMs: undefined,
    maxLength: undefined,
    maxLengthBytes: undefined,
    overflow: "drop-head",
  } as const
  const queue = vhost.addQueue({ ...common, name: "q", owner: undefined }, noLimits)
  const gone = vhost.addQueue({ ...common, name: "gone", owner: undefined }, noLimits)
  vhost.addQueue({ ...common, name: "transient", durable: false, owner: undefined }, noLimits)
  vhost.addQueue({ ...common, name: "exclusive", owner: {} }, noLimits)
  vhost.bind(exchange, queue, "a.b", everyType)
  vhost.bind(exchange, queue, "unbound", tableOf({}))
  vhost.bind(vhost.exchange("amq.topic"), exchange, "#", tableOf({}))
  vhost.bind(exchange, gone, "x", tableOf({}))
  vhost.unbind(exchange, queue, "unbound", tableOf({}))
  vhost.deleteQueue(gone)
}

const definitionsOf = (registry: Registry): Definition[] => [...registry.definitions()]

describe("definitions on disk", () => {
  test("give the same users, vhosts, exchanges, queues and bindings again", () => {
    const { registry, log } = openRegistry()
    fill(registry)
    log.close()
    const before = definitionsOf(registry)
    expect(before.map(({ op }) => op)).toEqual(["user", "vhost", "exchange", "queue", "binding", "binding"])
    const again = openRegistry()
    expect(definitionsOf(again.registry)).toEqual(before)
    again.log.close()
    expect(definitionsOf(openRegistry().registry)).toEqual(before)
  })

  test("are all there when the process is killed after a flush", () => {
    const { registry, log } = openRegistry()
    fill(registry)
    log.flush()
    expect(definitionsOf(openRegistry().registry)).toEqual(definitionsOf(registry))
  })

  test("a last line cut off anywhere is left out, and the rest read", () => {
    const { registry, log } = openRegistry()
    fill(registry)
    log.close()
    const whole = readFileSync(file)
    const lastLine = whole.lastIndexOf("\n", whole.length - 2) + 1
    const warn = vi.fn()
    for (let length = lastLine + 1; length < whole.length; length += 7) {
      writeFileSync(file, whole.subarray(0, length))
      const { registry: read } = openRegistry({ ...silentLogger, warn })
      expect(definitionsOf(read).length).toBeGreaterThan(1)
    }
    expect(warn).toHaveBeenCalled()
  })

  test("any byte changed before the last line end is noticed, and the error names file and line", () => {
    const { registry, log } = openRegistry()
    fill(registry)
    log.close()
    const whole = readFileSync(file)
    for (let at = 0; at < whole.length - 1; at++) {
      const damaged = Buffer.from(whole)
      damaged[at] = (whole[at] as number) ^ (1 << (at % 7))
      writeFileSync(file, damaged)
      const line = whole.subarray(0, at).toString().split("\n").length
      const reading = () => new DefinitionLog(folder, () => [], silentLogger).load(() => {})
      expect(reading).toThrow(BrokerError)
      expect(reading).toThrow(`${file} is damaged in line ${line}`)
    }
  })

  test("of a later version are refused and left as they are", () => {
    const { log } = openRegistry()
    log.close()
    const head = '{"format":"metricq-broker-definitions","version":2}'
    const later = `${crc32(head).toString(16).padStart(8, "0")} ${head}\n`
    writeFileSync(file, later)
    expect(() => openRegistry()).toThrow(/has version 2, this broker knows 1/)
    expect(readFileSync(file, "utf8")).toBe(later)
  })

  test("that do not fit what came before are refused with their line", () => {
    const { registry, log } = openRegistry()
    fill(registry)
    log.close()
    const lines = readFileSync(file, "utf8").split("\n")
    writeFileSync(file, lines.filter((line) => !line.includes('"op":"queue"')).join("\n"))
    expect(() => openRegistry()).toThrow(/damaged in line \d: NOT_FOUND - no queue 'q' in vhost '\/'/)
  })

  test("are written anew when the file has grown far beyond what it says", () => {
    const { registry, log } = openRegistry()
    registry.addVhost("/")
    const vhost = registry.findVhost("/")
    if (vhost === undefined) throw new Error("no vhost")
    const fanout = vhost.exchange("amq.fanout")
    const topic = vhost.exchange("amq.topic")
    for (let round = 0; round < 30; round++) {
      for (let index = 0; index < 500; index++) vhost.bind(fanout, topic, String(index), tableOf({}))
      for (let index = 0; index < 500; index++) vhost.unbind(fanout, topic, String(index), tableOf({}))
      log.flush()
    }
    expect(statSync(file).size).toBeLessThan(15_000 * 200)
    expect(readFileSync(file, "utf8").split("\n").length).toBeLessThan(15_000)
    expect(readdirSync(folder)).toEqual(["definitions.jsonl"])
    log.close()
    expect(definitionsOf(openRegistry().registry)).toEqual([{ op: "vhost", name: "/" }])
  })

  test("a folder that cannot be written is named", () => {
    const log = new DefinitionLog(join(folder, "missing"), () => [], silentLogger)
    expect(() => log.open()).toThrow(/cannot write .*missing\/definitions\.jsonl: ENOENT/)
  })
})
