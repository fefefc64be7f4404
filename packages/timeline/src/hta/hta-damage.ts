/**
 * What can be wrong with an archive.
 *
 * Files that give no points: `missing-raw` a folder of a metric without `raw.hta` · `header` a file whose header cannot be read, see its
 * message · `unreadable` the system refuses to read it, or reports an error at `offset` · `backup` a folder that the original's repair
 * has set aside.
 *
 * Records: `torn` the file ends within one · `no-time` a time of zero or before 1970 · `unordered` a time not after the one before ·
 * `infinite` a value of ±Infinity · `nan` a value of NaN.
 *
 * Aggregation: `parameters` intervals in the header that cannot be · `level-row` rows that are not what the points say · `level-short`
 * rows that are missing at the end · `level-long` rows for which there are no points.
 */
export type HtaDamageKind =
  | "missing-raw"
  | "header"
  | "unreadable"
  | "backup"
  | "torn"
  | "no-time"
  | "unordered"
  | "infinite"
  | "nan"
  | "parameters"
  | "level-row"
  | "level-short"
  | "level-long"

/** One kind of damage to one file. */
export interface HtaDamage {
  readonly kind: HtaDamageKind
  /** Path of the file or folder. */
  readonly file: string
  /** Where the first case of it lies, in bytes from the begin of the file. */
  readonly offset: number
  /** How many records or rows are concerned; 1 where it is the file. */
  readonly count: number
  /** More about it, where there is more to say. */
  readonly message?: string
}

/** Collects damage: one entry for each kind and file, however many records it concerns. */
export class HtaDamageReport {
  readonly #entries = new Map<string, HtaDamage>()

  /** Everything so far, in the order of first appearance. */
  get entries(): HtaDamage[] {
    return [...this.#entries.values()]
  }

  /** Count a case; the first one of its kind in a file gives `offset` and `message`. */
  add(kind: HtaDamageKind, file: string, offset: number, count = 1, message?: string): void {
    const key = `${kind} ${file}`
    const entry = this.#entries.get(key) ?? { kind, file, offset, count: 0, ...(message !== undefined && { message }) }
    this.#entries.set(key, { ...entry, count: entry.count + count })
  }
}
