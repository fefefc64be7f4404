import type { Aggregate } from "../aggregate.js"
import type { LevelParameters } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import { levelsWorthStoring, RunRows } from "../query/run-rows.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"

/** Points in memory as a run. */
export class MemoryRun implements Run {
  readonly sequence: number
  readonly firstNs: bigint
  readonly lastNs: bigint
  readonly firstValue: number
  readonly lastValue: number
  readonly points: number
  readonly hasPoints = true
  readonly levels: readonly number[]
  readonly #block: PointBlock
  readonly #parameters: LevelParameters
  #rows: { readonly total: Aggregate; readonly blocks: ReadonlyMap<number, RowBlock[]> } | undefined

  /** @param withRows whether it stays as it is for long enough that rows pay */
  constructor(sequence: number, block: PointBlock, parameters: LevelParameters, withRows: boolean) {
    const { baseNs, offsets, values } = block
    this.sequence = sequence
    this.points = offsets.length
    this.firstNs = baseNs + BigInt(offsets[0]!)
    this.lastNs = baseNs + BigInt(offsets[offsets.length - 1]!)
    this.firstValue = values[0]!
    this.lastValue = values[values.length - 1]!
    this.levels = withRows ? levelsWorthStoring(parameters, this) : []
    this.#block = block
    this.#parameters = parameters
  }

  get total(): Readonly<Aggregate> {
    return this.#makeRows().total
  }

  async readPoints(beginNs: bigint, endNs: bigint): Promise<PointBlock[]> {
    return this.lastNs < beginNs || this.firstNs >= endNs ? [] : [this.#block]
  }

  async readRows(level: number): Promise<RowBlock[]> {
    return this.#makeRows().blocks.get(level) ?? []
  }

  #makeRows() {
    if (!this.#rows) {
      const rows = new RunRows(this.#parameters, this.levels)
      rows.add(this.#block)
      rows.finish()
      const blocks = new Map(this.levels.map((level) => [level, rows.take(level)]))
      this.#rows = { total: rows.total, blocks }
    }
    return this.#rows
  }
}
