import { displayWidth, fit, pad, printable } from "./text.js"

/** One column of a table. */
export interface Column {
  readonly title: string
  /** Numbers stand on the right. */
  readonly align?: "left" | "right"
}

/** How a table is drawn. */
export interface TableStyle {
  /** Columns of the terminal; the last column is cut to fit. Without it nothing is cut. */
  readonly width?: number
  /** Applied to the finished title line. */
  readonly title?: (line: string) => string
}

/**
 * Rows as aligned lines under a line of titles, two blanks between columns, without blanks at the ends of lines.
 *
 * Cells come as they are, from the network too; they are made printable here. A short row is filled with empty cells. Without
 * rows there are no lines at all.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TableStyle = {},
): string[] {
  if (rows.length === 0) return []
  const cells = rows.map((row) => columns.map((_, index) => printable(row[index] ?? "")))
  const widths = columns.map((column, index) => {
    let width = displayWidth(column.title)
    for (const row of cells) width = Math.max(width, displayWidth(row[index] ?? ""))
    return width
  })
  const line = (row: readonly string[]): string => {
    const text = columns.map((column, index) => pad(row[index] ?? "", widths[index] ?? 0, column.align)).join("  ")
    return style.width === undefined ? text.trimEnd() : fit(text.trimEnd(), style.width)
  }
  const head = line(columns.map((column) => column.title))
  return [style.title ? style.title(head) : head, ...cells.map(line)]
}
