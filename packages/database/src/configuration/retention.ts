import { keepNsOf, nanosecondsOf, type RetentionConfig } from "./schema.js"

/** How long points and rows of a metric are kept; undefined: for ever. */
export interface Retention {
  /** Equal for equal ones. */
  readonly key: string
  /** As the configuration has it, with what it leaves out. */
  readonly said: { readonly raw: string; readonly levels: Readonly<Record<string, string>> }
  readonly pointsNs: bigint | undefined
  /** Of points that are given up, rows of the longest level that is no longer than this, by ascending length. */
  readonly rows: readonly { readonly intervalNs: bigint; readonly keepNs: bigint | undefined }[]
}

/** The retention that a configuration asks for. */
export function retentionOf(config: RetentionConfig): Retention {
  const { raw = "forever", levels = {} } = config
  const rows = Object.entries(levels).map(([length, keep]) => ({
    intervalNs: nanosecondsOf(length),
    keepNs: keepNsOf(keep),
  }))
  rows.sort((a, b) => (a.intervalNs < b.intervalNs ? -1 : 1))
  return { key: JSON.stringify([raw, levels]), said: { raw, levels }, pointsNs: keepNsOf(raw), rows }
}
