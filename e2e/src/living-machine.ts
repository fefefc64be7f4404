import { RecordedMachine } from "../../packages/agents/dist/testing/recorded-machine.js"

/** How much more there is to do than on average since the machine was started, so that there is something to see. */
const BUSY = 8
/** What a zone draws on average, as a part of its counter's range a second: 45 W of a processor, 11 W of its memory. */
const DRAWN = 45e6 / 262_143_328_850
/** Waves that everything goes up and down with: length in seconds, and share. */
const WAVES = [
  { lengthS: 120, share: 0.6 },
  { lengthS: 17, share: 0.4 },
] as const
const DEPTH = 0.9

/** A recorded machine that goes on: its counters count, at the pace of their past, and its gauges move, in waves of seconds and minutes. */
export class LivingMachine extends RecordedMachine {
  readonly #began = performance.now()
  readonly #phase: number
  readonly #uptimeS: number

  /** As `RecordedMachine`. Machines of different `phase` (radians) are busy at different times. */
  constructor(name: string, phase: number) {
    super(name)
    this.#phase = phase
    this.#uptimeS = Number.parseFloat(this.texts.get("/proc/uptime") ?? "1")
  }

  override async read(path: string): Promise<string | undefined> {
    const text = await super.read(path)
    if (text === undefined) return undefined
    const rule = RULES.find(([paths]) => paths.test(path))
    return rule === undefined ? text : rule[1](text, this.#moment(path))
  }

  #moment(path: string): Moment {
    const elapsedS = (performance.now() - this.#began) / 1000
    let wave = 0
    let weightedS = elapsedS
    for (const [i, { lengthS, share }] of WAVES.entries()) {
      const [turn, phase] = [(2 * Math.PI) / lengthS, this.#phase * (i + 1)]
      wave += share * Math.sin(turn * elapsedS + phase)
      weightedS -= ((DEPTH * share) / turn) * (Math.cos(turn * elapsedS + phase) - Math.cos(phase))
    }
    const range = Number(this.texts.get(path.replace("energy_uj", "max_energy_range_uj")))
    return { elapsedS, weightedS, wave, uptimeS: this.#uptimeS, range }
  }
}

interface Moment {
  /** Since the machine goes on, in seconds. */
  elapsedS: number
  /** The same with each second weighted by what was going on in it; never falls. */
  weightedS: number
  /** What is going on, from -1 to 1. */
  wave: number
  /** When it was recorded, in seconds. */
  uptimeS: number
  /** Where the counter of this file starts again at 0; NaN if it does not. */
  range: number
}

/** What a file holds later on, by a pattern for its path. */
const RULES: readonly [path: RegExp, goOn: (text: string, moment: Moment) => string][] = [
  [/^\/proc\/stat$/, ticks],
  [/^\/proc\/net\/dev$/, counting(/(?<=:.*)\b\d+\b/g)],
  [/^\/proc\/diskstats$/, counting(/(?<=^\s*\d+\s+\d+ \S+ .*)\b\d+\b/gm)],
  [/^\/proc\/pressure\//, counting(/(?<=total=)\d+/g)],
  [/^\/proc\/loadavg$/, waving(/\d+\.\d+/g, 0.8, 2)],
  [/^\/proc\/meminfo$/, waving(/(?<=^(?:MemFree|MemAvailable): +)\d+/gm, -0.1, 0)],
  [/^\/proc\/uptime$/, (text, { elapsedS }) => text.replace(/[\d.]+/, (s) => (Number(s) + elapsedS).toFixed(2))],
  [/^\/sys\/.*\/temp\d*(_input)?$/, waving(/\d+/, 0.06, 0)],
  [
    /\/energy_uj$/,
    (text, { weightedS, range }) => String(Math.floor((Number(text) + DRAWN * range * weightedS) % range)),
  ],
]

function counting(numbers: RegExp): (text: string, moment: Moment) => string {
  return (text, { weightedS, uptimeS }) => {
    const growth = 1 + (BUSY * weightedS) / uptimeS
    return text.replace(numbers, (digits) => String(Math.floor(Number(digits) * growth)))
  }
}

function waving(numbers: RegExp, depth: number, digits: number): (text: string, moment: Moment) => string {
  return (text, { wave }) => text.replace(numbers, (number) => (Number(number) * (1 + depth * wave)).toFixed(digits))
}

/** What /proc/stat counts; idle ticks go on as they did, whatever the others do. */
function ticks(text: string, moment: Moment): string {
  const idle = 1 + moment.elapsedS / moment.uptimeS
  const counted = counting(/(?<=^(?:cpu\d*|intr|ctxt|processes) .*)\b\d+\b/gm)(text, moment)
  const before = [...text.matchAll(/^cpu\d* +(?:\d+ ){3}(\d+)/gm)].map(([, digits]) => Number(digits))
  return counted.replace(/(?<=^cpu\d* +(?:\d+ ){3})\d+/gm, () => String(Math.floor((before.shift() ?? 0) * idle)))
}
