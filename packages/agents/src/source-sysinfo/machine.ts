import type { Files } from "./files.js"
import { type Choices, linuxGroups, osGroups } from "./groups.js"
import type { Group, Reading } from "./reading.js"
import { Round } from "./round.js"

export interface MachineOptions {
  readonly choices: Choices
  /** Time from one round to the next, in seconds. */
  readonly periodS: number
  readonly files: Files
  /** Told when a group could not be read; the others are. */
  readonly onProblem: (group: string, error: unknown) => void
  /** As `process.platform`, which it is if not given. */
  readonly platform?: string
  /** Milliseconds of a monotonic clock, if not the process's own. */
  readonly now?: () => number
}

/** Everything that is measured of a machine. */
export class Machine {
  readonly #options: MachineOptions
  readonly #groups: readonly Group[]
  readonly #busy = new Set<Group>()
  readonly #limitMs: number

  constructor(options: MachineOptions) {
    const { choices, periodS, files, platform = process.platform } = options
    this.#options = options
    const minElapsedS = Math.min(periodS, 1) / 2
    this.#groups = platform === "linux" ? linuxGroups(choices, minElapsedS, files) : osGroups(choices, minElapsedS)
    this.#limitMs = Math.min(Math.max(periodS * 500, MIN_LIMIT_MS), MAX_LIMIT_MS)
  }

  /**
   * Reads all groups once. Metrics that come and go do so in what is returned. Rates need a round before that is half a second
   * ago, or half a period if that is shorter. Never rejects: a group that fails, or takes
   * longer than half a period (20 ms to 2 s), is missing from this round, and from the next ones until it is done.
   */
  async read(): Promise<Reading[]> {
    const round = new Round(this.#options.files, this.#options.now)
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, this.#limitMs, "late")
    })
    const idle = this.#groups.filter((group) => !this.#busy.has(group))
    const readings = await Promise.all(idle.map((group) => this.#readGroup(group, round, limit)))
    clearTimeout(timer)
    return readings.flat()
  }

  async #readGroup(group: Group, round: Round, limit: Promise<"late">): Promise<Reading[]> {
    this.#busy.add(group)
    const read = group.read(round).catch((error: unknown) => {
      this.#options.onProblem(group.name, error)
      return []
    })
    const done = read.finally(() => this.#busy.delete(group))
    const readings = await Promise.race([done, limit])
    if (readings !== "late") return readings
    this.#options.onProblem(group.name, `not read within ${Math.round(this.#limitMs)} ms`)
    return []
  }
}

const MIN_LIMIT_MS = 20
const MAX_LIMIT_MS = 2000
