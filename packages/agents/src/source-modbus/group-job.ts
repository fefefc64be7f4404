import { isDeepStrictEqual } from "node:util"
import { DataError, type Metadata, Timedelta } from "@metricq/client"
import { type Schedule, scheduleOf } from "../kit/fields/schedule.js"
import type { Job, Opening, PolledMetric, Round, Target } from "../kit/polling/job.js"
import { fillIn, tidyText } from "./description.js"
import type { Answer, Gateway } from "./gateway.js"
import type { Gateways } from "./gateways.js"
import { isBitFunction } from "./protocol/functions.js"
import { ConnectionLost, ModbusException } from "./protocol/modbus-error.js"
import type { ReadRequest } from "./protocol/read-request.js"
import { type PlannedRead, planReads, type Span, splitRead } from "./read-plan.js"
import type { MetricSettings } from "./settings/metric-settings.js"
import { type GroupSettings, metricName } from "./settings/resolve.js"
import { bitAt, textOf, ValueFormat } from "./values/value-format.js"

/** Beside all the time limits of single requests, which end earlier. */
const SPARE_MS = 30_000

interface GroupMetric extends MetricSettings {
  readonly name: string
  readonly format: ValueFormat
}

/** What came of a request: an answer, or why there is none. */
interface ReadResult {
  readonly read: PlannedRead<GroupMetric>
  readonly answer?: Answer
  readonly error?: unknown
}

/**
 * The metrics of one device that are read together, in as few requests as they need. Its gateway is shared with the other groups of
 * the device, and with other units.
 */
export class GroupJob implements Job {
  readonly key: string
  readonly schedule: Schedule
  readonly timeoutMs: number
  readonly onFailure
  readonly retryMs: readonly number[]
  readonly targets: readonly [Target]
  readonly #settings: GroupSettings
  readonly #gateways: Gateways
  readonly #metrics: readonly GroupMetric[]
  #gateway: { gateway: Gateway; leave: () => void } | undefined
  #reads: PlannedRead<GroupMetric>[] = []
  /** What all requests of the last round were answered with, unless it has been seen twice. */
  #previous: Buffer | undefined
  #opening: Opening | undefined
  /** The texts that the metrics are declared with, and the connection on which they were read. */
  #texts: Record<string, string> | undefined
  #textsOf: number | undefined

  constructor(settings: GroupSettings, gateways: Gateways, timing: Parameters<typeof scheduleOf>[1]) {
    const { place, interval, manners, metrics } = settings
    this.#settings = settings
    this.#gateways = gateways
    this.schedule = scheduleOf(interval, timing)
    if (settings.isDoubleSampled) this.schedule = { ...this.schedule, intervalMs: this.schedule.intervalMs / 2 }
    this.onFailure = settings.onFailure
    this.retryMs = [1000, 2000, 4000, 8000, Number.POSITIVE_INFINITY].map((ms) => Math.min(ms, manners.retryMs))
    this.#metrics = metrics.map((metric) => ({
      ...metric,
      name: metricName(place, metric.suffix),
      format: new ValueFormat(metric.value),
    }))
    const requests = metrics.length + Object.keys(settings.texts).length + 1
    this.timeoutMs = SPARE_MS + requests * (manners.timeoutMs + manners.pauseMs)
    this.targets = [{ name: place.name, metrics: this.#hasTexts ? {} : this.#describe({}) }]
    this.key = JSON.stringify([settings, this.schedule], (_key, value) =>
      typeof value === "bigint" ? String(value) : value,
    )
  }

  get #hasTexts(): boolean {
    return Object.keys(this.#settings.texts).length > 0
  }

  async open(opening: Opening): Promise<void> {
    const { place, limits } = this.#settings
    this.#gateway ??= this.#gateways.enter(place.host, place.port)
    this.#reads = planReads(this.#metrics, limits)
    this.#previous = undefined
    this.#opening = opening
    await this.#readTexts(opening.signal)
  }

  /** Points have the time at which their request was sent. The device has failed if it is silent, or refuses everything. */
  async poll(round: Round): Promise<void> {
    const [target] = this.targets
    const results: ReadResult[] = []
    try {
      if (!this.#settings.manners.closesAfterRound) await this.#readTexts(round.signal)
      await this.#readAll(results, round.signal)
    } catch (error) {
      this.#previous = undefined
      round.failed(target, error)
    }
    if (this.#settings.manners.closesAfterRound) this.#gateway?.gateway.rest()
    const [refused] = results.filter(({ error }) => error !== undefined)
    if (refused !== undefined && results.every(({ answer }) => answer === undefined)) throw refused.error
    if (this.#isRepeated(results)) return
    for (const result of results) this.#send(result, round)
  }

  close(): void {
    this.#gateway?.leave()
    this.#gateway = undefined
    this.#textsOf = undefined
  }

  /** A request that is refused for its registers is made in two from now on, and so on, until only what is not there is left out. */
  async #readAll(results: ReadResult[], signal: AbortSignal): Promise<void> {
    const reads = [...this.#reads]
    for (let read = reads.shift(); read !== undefined; read = reads.shift()) {
      const result = await this.#read(read, signal)
      const isWrong = result.error instanceof ModbusException && result.error.isAboutRegisters
      const parts = isWrong ? splitRead(read) : undefined
      if (parts === undefined) {
        results.push(result)
      } else {
        this.#reads.splice(this.#reads.indexOf(read), 1, ...parts)
        reads.unshift(...parts)
      }
    }
  }

  /** Rejects if the device is silent; what it refuses is a result. */
  async #read(read: PlannedRead<GroupMetric>, signal: AbortSignal): Promise<ReadResult> {
    try {
      return { read, answer: await this.#ask(read.request, signal) }
    } catch (error) {
      if (isRefusal(error)) return { read, error }
      throw error
    }
  }

  async #ask(request: ReadRequest, signal: AbortSignal): Promise<Answer> {
    if (this.#gateway === undefined) throw new ConnectionLost("the device has been left")
    const { place, manners } = this.#settings
    return this.#gateway.gateway.read(place.unit, request, manners, signal)
  }

  #send({ read, answer, error }: ReadResult, round: Round): void {
    const [target] = this.targets
    for (const metric of read.spans) {
      try {
        if (answer === undefined) throw error
        round.send(metric.name, valueIn(answer.data, metric, read.request), answer.time)
      } catch (reason) {
        round.missing(target, metric.name, reason)
      }
    }
  }

  /** Of two equal answers in a row one is dropped, and the third counts again: the device has a new value just as large. */
  #isRepeated(results: readonly ReadResult[]): boolean {
    if (!this.#settings.isDoubleSampled) return false
    const data = Buffer.concat(results.map(({ answer }) => answer?.data ?? Buffer.alloc(0)))
    const isRepeated = this.#previous?.equals(data) === true
    this.#previous = isRepeated ? undefined : data
    return isRepeated
  }

  /** Texts for descriptions are read on each connection: what comes back may be another device. */
  async #readTexts(signal: AbortSignal): Promise<void> {
    const gateway = this.#gateway?.gateway
    if (!this.#hasTexts || gateway === undefined || this.#textsOf === gateway.connections) return
    const found: Record<string, string> = {}
    for (const [name, span] of Object.entries(this.#settings.texts)) {
      const text = await this.#text(span, signal)
      if (text !== undefined) found[name] = text
    }
    this.#textsOf = gateway.connections
    if (isDeepStrictEqual(found, this.#texts)) return
    await this.#opening?.declare(this.targets[0], this.#describe(found))
    this.#texts = found
  }

  /** A text that cannot be had is no reason to read nothing. */
  async #text(span: Span, signal: AbortSignal): Promise<string | undefined> {
    try {
      const { data } = await this.#ask(span, signal)
      return tidyText(textOf(data))
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }

  #describe(texts: Readonly<Record<string, string>>): Record<string, PolledMetric> {
    const { place, interval } = this.#settings
    const period = Timedelta.from(interval)
    const before = fillIn(place.description, texts)
    const chunkOf = (points: number | undefined) => points ?? (period.s < 1 ? Math.floor(1 / period.s) : undefined)
    return Object.fromEntries(
      this.#metrics.map(({ name, description, unit, address, value, chunkSize, onFailure }) => {
        const metadata: Metadata = {
          description: `${before} ${description}`.trim(),
          rate: 1 / period.s,
          interval: period.preciseString,
          host: place.host,
          port: place.port,
          registerAddress: address,
          registerType: value.type === "float32" ? "float" : value.type,
          ...(unit !== undefined && { unit }),
        }
        return [name, { metadata, chunkSize: chunkOf(chunkSize), onFailure }]
      }),
    )
  }
}

function valueIn(data: Buffer, { kind, address, format }: GroupMetric, request: ReadRequest): number {
  const index = address - request.address
  return isBitFunction(kind) ? format.scaled(bitAt(data, index)) : format.read(data, 2 * index)
}

/** The device is there, and says no, or nonsense. */
function isRefusal(error: unknown): boolean {
  return error instanceof DataError || (error instanceof ModbusException && !error.isAboutUnit)
}
