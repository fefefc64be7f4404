import { DataError } from "./errors.js"

/** What can be wrong with a formula; stable, for texts in other languages. */
export type FormulaProblem =
  | "arguments"
  | "character"
  | "closing"
  | "depth"
  | "duration"
  | "function"
  | "length"
  | "minus"
  | "number"
  | "operator"
  | "quote"
  | "value"

/** A text is no formula. Its code is `formula`. */
export class FormulaError extends DataError {
  readonly problem: FormulaProblem
  /** The characters it is about, from and up to. */
  readonly from: number
  readonly to: number

  constructor(problem: FormulaProblem, message: string, from: number, to: number) {
    super("formula", message)
    this.problem = problem
    this.from = from
    this.to = to
  }
}
