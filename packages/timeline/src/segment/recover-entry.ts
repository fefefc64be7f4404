import type { DiskFile } from "@metricq/files"
import { decodePointBlock } from "../codec/point-block-codec.js"
import type { LevelParameters } from "../level-parameters.js"
import { lastTime, pointTime } from "../query/block-search.js"
import { RunRows } from "../query/run-rows.js"
import { BlockKind } from "./block-header.js"
import type { RunEntry } from "./run-entry.js"
import { type FoundBlock, scanBlocks } from "./scan-blocks.js"

/**
 * What is known of a run whose entry is damaged, from its blocks of points; undefined if one of these is damaged, too.
 *
 * @param end where its blocks end
 */
export async function recoverEntry(
  file: DiskFile,
  begin: number,
  end: number,
  parameters: LevelParameters,
): Promise<RunEntry | undefined> {
  const orphans = new OrphanRun(begin, parameters)
  let isWhole = true
  const blocks = scanBlocks(file, begin, end, () => {
    isWhole = false
  })
  for await (const block of blocks) if (block.kind === BlockKind.points) orphans.add(block)
  return isWhole ? orphans.entry() : undefined
}

/** Blocks of points of one metric without a hole between them. */
export class OrphanRun {
  readonly begin: number
  readonly metric: number
  end: number
  readonly #parameters: LevelParameters
  readonly #rows: RunRows
  readonly #lengths: number[] = []
  readonly #counts: number[] = []
  readonly #firstNs: bigint[] = []
  readonly #lastNs: bigint[] = []
  #firstValue = Number.NaN
  #lastValue = Number.NaN

  constructor(begin: number, parameters: LevelParameters, metric = 0) {
    this.begin = begin
    this.end = begin
    this.metric = metric
    this.#parameters = parameters
    this.#rows = new RunRows(parameters, [])
  }

  add({ payload, position, length }: FoundBlock): void {
    const block = decodePointBlock(payload)
    const { values } = block
    if (this.#lengths.length === 0) this.#firstValue = values[0]!
    this.#lastValue = values[values.length - 1]!
    this.#rows.add(block)
    this.#lengths.push(length)
    this.#counts.push(values.length)
    this.#firstNs.push(pointTime(block, 0))
    this.#lastNs.push(lastTime(block))
    this.end = position + length
  }

  entry(): RunEntry | undefined {
    if (this.#lengths.length === 0) return undefined
    this.#rows.finish()
    return {
      firstNs: this.#firstNs[0]!,
      lastNs: this.#lastNs[this.#lastNs.length - 1]!,
      firstValue: this.#firstValue,
      lastValue: this.#lastValue,
      points: this.#counts.reduce((a, b) => a + b),
      hasPoints: true,
      total: this.#rows.total,
      parameters: this.#parameters,
      pointBlocks: { lengths: this.#lengths, counts: this.#counts, firstNs: this.#firstNs, lastNs: this.#lastNs },
      rowBlocks: [],
    }
  }
}
