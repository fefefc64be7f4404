import type { Path } from "../json-document.js"
import type { Problem } from "../problem-places.js"

/** What all fields of a form need of the document that they show. */
export interface FormActions {
  readonly problems: readonly Problem[]
  /** Give a place another value; undefined takes it away. */
  onset(path: Path, value: unknown): void
  onrename(path: Path, name: string): void
  /** Show a place in the document. */
  onshow(path: Path): void
}
