import type { ArithmeticOperator, BinaryOperator } from "./expression.js"

const operations: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": power,
  atan2: Math.atan2,
}

/** What the operator makes of two numbers. @throws {TypeError} for an operator that is none of arithmetic */
export function arithmetic(op: BinaryOperator): (a: number, b: number) => number {
  const operation = operations[op as ArithmeticOperator]
  if (operation === undefined) throw new TypeError(`${op} is no operator of arithmetic`)
  return operation
}

/** As IEEE 754 has it: 1 to any power is 1, which JavaScript denies for NaN and infinities. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return 1
  return a ** b
}
