import { keepNsOf, nanosecondsOf, type RetentionConfig } from "./schema.js"

/** How long points and rows of a metric are kept; undefined: for ever. */
export interface Retention {
  readonly pointsNs: bigint | undefined
  /** Rows of at least this length, by ascending length; those shorter than the first are kept as long as the points. */
  readonly rows: readonly { readonly intervalNs: bigint; readonly keepNs: bigint | undefined }[]
}

/** The retention that a configuration asks for. Rows are kept as long as the points, at least. */
export function retentionOf({ raw = "forever", levels = {} }: RetentionConfig): Retention {
  const rows = Object.entries(levels).map(([length, keep]) => ({
    intervalNs: nanosecondsOf(length),
    keepNs: keepNsOf(keep),
  }))
  return { pointsNs: keepNsOf(raw), rows: rows.sort((a, b) => (a.intervalNs < b.intervalNs ? -1 : 1)) }
}
