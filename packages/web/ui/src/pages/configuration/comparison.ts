/** What a document is compared with: what is stored, what the client works with, or a version by its number. */
export type Comparison = "stored" | "running" | number

/** The side of a comparison that is not the document. */
export interface ComparedText {
  comparison: Comparison
  /** Number of the version it is; undefined where that is not known. */
  version: number | undefined
  text: string
}
