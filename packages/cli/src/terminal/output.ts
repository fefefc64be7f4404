import { colorsFor } from "./colors.js"
import { type Column, renderTable } from "./table.js"
import { printable } from "./text.js"

/** Write lines to standard output. */
export function printLines(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`)
}

/** Write a value to standard output as JSON with two blanks a level. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Write rows to standard output as a table: cut to the width of a terminal, whole everywhere else. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const width = process.stdout.isTTY ? process.stdout.columns : undefined
  printLines(renderTable(columns, rows, { width, title: colorsFor(process.stdout).bold }))
}

/** Say something to the person on standard error, apart from the output that a program may read. */
export function note(text: string): void {
  process.stderr.write(`metricq: ${printable(text)}\n`)
}
