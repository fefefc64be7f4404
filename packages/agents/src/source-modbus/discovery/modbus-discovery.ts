import { ConfigError, isPlainName, type JsonObject, MetricqError } from "@metricq/client"
import type { Discovery } from "../../kit/discovery.js"
import { duration, milliseconds } from "../../kit/fields/duration.js"
import { Gateway } from "../gateway.js"
import { isBitFunction, type RegisterFunction, registerFunctions } from "../protocol/functions.js"
import { ConnectionLost } from "../protocol/modbus-error.js"
import { type Guess, guessValues } from "./guess.js"
import { numbersIn } from "./ranges.js"
import { type Ask, scanRegisters } from "./register-scan.js"

/** Metrics of a printed configuration at most. */
const MAX_METRICS = 10_000
const MAX_UNIT = 255
const MAX_ADDRESS = 65_535
const DEFAULT_PORT = 502

type Options = Readonly<Record<string, string>>

/** What a unit has of one kind of registers. */
interface Found {
  readonly unit: number
  readonly kind: RegisterFunction
  readonly registers: ReadonlyMap<number, number>
}

/** A guess, and the kind of registers it is about. */
interface KnownGuess {
  readonly kind: RegisterFunction
  readonly type: Guess["type"] | "bool"
  readonly address: number
  readonly count: number
}

interface FoundPlace {
  readonly hosts: string
  readonly port?: number
  readonly name: string
  readonly interval: string
}

/** Reads a range of registers of a range of units, and makes a configuration of what answers. */
export const modbusDiscovery: Discovery = {
  summary: "reads ranges of units and registers, and tells which answer",
  options: {
    host: { description: "address of the device or gateway", isRequired: true },
    port: { description: "default 502" },
    unit: { description: "units, such as 1-10 or 1,5,20-30; default 1" },
    registers: { description: "addresses of registers, from 0, such as 0-200; default 0-124" },
    function: { description: "coil, discrete, holding, input, or several of them; default input, else holding" },
    name: { description: "first part of the metrics' names; default: the host's first component" },
    timeout: { description: "how long a unit may take to answer; default 1s" },
    interval: { description: "interval of the configuration; default 10s" },
  },
  async run(options, { signal, progress }) {
    const { host = "", port = "502", interval = "10s" } = options
    const gateway = new Gateway(host, numbersIn("port", port, MAX_ADDRESS)[0] ?? 0)
    try {
      const survey = new Survey(gateway, signal, progress)
      await survey.run(options)
      if (survey.found.length === 0)
        throw new MetricqError("nothing-found", `no registers were found at ${host}:${port}`)
      const place = { hosts: host, ...(gateway.port !== DEFAULT_PORT && { port: gateway.port }) }
      return documentOf(survey.found, { ...place, name: options.name ?? nameOf(host), interval })
    } finally {
      gateway.close()
    }
  },
}

/** One look around: what it may ask, and what it has found. */
class Survey {
  readonly found: Found[] = []
  readonly #gateway: Gateway
  readonly #signal: AbortSignal
  readonly #progress: (line: string) => void
  #left = MAX_METRICS

  constructor(gateway: Gateway, signal: AbortSignal, progress: (line: string) => void) {
    this.#gateway = gateway
    this.#signal = signal
    this.#progress = progress
  }

  /** Units that are silent are passed over. Ends early with what there is; rejects if there is no way to the device at all. */
  async run({ unit = "1", registers = "0-124", function: kinds, timeout = "1s" }: Options): Promise<void> {
    const addresses = numbersIn("registers", registers, MAX_ADDRESS)
    const wanted = kindsIn(kinds)
    const manners = mannersWith(timeout)
    for (const one of numbersIn("unit", unit, MAX_UNIT)) {
      const ask: Ask = async (request) => (await this.#gateway.read(one, request, manners, this.#signal)).data
      try {
        for (const kind of wanted) {
          const count = await this.#look(ask, one, kind, addresses)
          if (count > 0 && kinds === undefined) break
        }
      } catch (error) {
        if (this.#signal.aborted) return
        if (error instanceof ConnectionLost && this.found.length === 0) throw error
        this.#progress(`unit ${one}: ${(error as Error).message}`)
      }
      if (this.#left > 0) continue
      return this.#progress(`these are ${MAX_METRICS} registers, and enough`)
    }
  }

  async #look(ask: Ask, unit: number, kind: RegisterFunction, addresses: readonly number[]): Promise<number> {
    const registers = new Map<number, number>()
    try {
      await scanRegisters(ask, kind, addresses.slice(0, this.#left), registers)
      this.#progress(`unit ${unit}: ${registers.size} ${kind} registers`)
    } finally {
      if (registers.size > 0) this.found.push({ unit, kind, registers })
      this.#left -= registers.size
    }
    return registers.size
  }
}

function documentOf(found: readonly Found[], { name, interval, ...place }: FoundPlace): JsonObject {
  const units = new Set(found.map(({ unit }) => unit))
  const hosts = [...units].map((unit) => {
    const names = units.size > 1 ? `${name}.unit${unit}` : name
    const guesses = found.filter((some) => some.unit === unit).flatMap(guessesOf)
    return hostEntry({ ...place, names, slave_id: unit }, guesses)
  })
  return { interval, hosts }
}

/** Texts go into the description, unless there is nothing else. */
function hostEntry(place: JsonObject, guesses: readonly KnownGuess[]): JsonObject {
  const values = guesses.filter(({ type }) => type !== "string")
  const texts = values.length === 0 ? [] : guesses.filter(({ type }) => type === "string")
  const metrics = values.length === 0 ? guesses.map((guess) => ({ ...guess, type: "uint16" as const })) : values
  return {
    ...place,
    ...(texts.length > 0 && {
      description: texts.map((text) => `$${labelOf(text)}`).join(" "),
      strings: Object.fromEntries(texts.map((text) => [labelOf(text), { ...keysOf(text), size: 2 * text.count }])),
    }),
    maxGap: 0,
    groups: [{ metrics: Object.fromEntries(metrics.map((guess) => [labelOf(guess), metricEntry(guess)])) }],
  }
}

function guessesOf({ kind, registers }: Found): KnownGuess[] {
  if (!isBitFunction(kind)) return guessValues(registers).map((guess) => ({ ...guess, kind }))
  return [...registers.keys()].map((address) => ({ kind, type: "bool", address, count: 1 }))
}

/** What the schema has as its default is left out. */
function metricEntry(guess: KnownGuess): JsonObject {
  return { ...keysOf(guess), ...(guess.type === "uint16" && { type: guess.type }) }
}

function keysOf({ kind, address }: KnownGuess): JsonObject {
  return { address, ...(kind !== "input" && { function: kind }) }
}

function labelOf({ kind, address }: KnownGuess): string {
  return `${kind}${address}`
}

function kindsIn(text: string | undefined): RegisterFunction[] {
  if (text === undefined) return ["input", "holding"]
  return text.split(",").map((word) => {
    const kind = registerFunctions.find((name, i) => name === word.trim() || String(i + 1) === word.trim())
    if (kind !== undefined) return kind
    const problem = `function: expected some of ${registerFunctions.join(", ")}, got ${JSON.stringify(text)}`
    throw new ConfigError("the discovery of source-modbus", [problem])
  })
}

function mannersWith(timeout: string) {
  if (!duration.safeParse(timeout).success) {
    const problem = `timeout: expected a duration such as 500ms, got ${JSON.stringify(timeout)}`
    throw new ConfigError("the discovery of source-modbus", [problem])
  }
  return {
    timeoutMs: milliseconds(timeout),
    pauseMs: 0,
    connectPauseMs: 0,
    retryMs: 0,
    busyRetries: 3,
    busyPauseMs: 100,
    closesAfterRound: false,
  }
}

function nameOf(host: string): string {
  const [first = ""] = host.toLowerCase().split(".")
  const name = first.replaceAll(/[^a-z0-9_]+/g, "_")
  return isPlainName(name) && /[a-z]/.test(name) ? name : "device"
}
