import type { Matcher } from "./matchers.js"

/** Which series: `{"a.b", unit="W"} offset 1h`. */
export interface Selector {
  matchers: readonly Matcher[]
  /** So far back, in ms; negative: ahead. */
  offsetMs: number
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^" | "atan2"
export type ComparisonOperator = "==" | "!=" | ">" | "<" | ">=" | "<="
export type SetOperator = "and" | "or" | "unless"
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator

/** Labels by which two series belong together: only these (`on`), or all but these (`ignoring`). */
export interface Matching {
  on: boolean
  labels: readonly string[]
}

export interface Grouping {
  without: boolean
  labels: readonly string[]
}

export type Expression =
  | { kind: "number"; value: number }
  | { kind: "string"; value: string }
  | { kind: "selector"; selector: Selector }
  | { kind: "range"; selector: Selector; rangeMs: number }
  | { kind: "negate"; operand: Expression }
  | {
      kind: "binary"
      op: BinaryOperator
      left: Expression
      right: Expression
      /** Of a comparison: 0 or 1 instead of keeping what it holds for. */
      bool: boolean
      matching: Matching
    }
  | { kind: "call"; name: string; args: readonly Expression[] }
  | { kind: "aggregate"; op: string; parameter?: Expression; operand: Expression; grouping: Grouping }

/** What an expression evaluates to. */
export type ExpressionType = "scalar" | "string" | "vector" | "range"
