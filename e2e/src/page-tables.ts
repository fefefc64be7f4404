import { prose } from "./markdown.js"

/** A table of a page whose first heading is a code span, such as the name of a type. */
export interface PageTable {
  /** Line of its heading, counted from 1. */
  line: number
  subject: string
  /** The code spans of each row, a list for each cell. */
  rows: string[][][]
}

/** Tables headed by a code span, and with `anyHeading` all others too, their first heading being the subject. */
export function pageTables(text: string): PageTable[] {
  const tables: PageTable[] = []
  const lines = prose(text).split("\n")
  for (let at = 0; at + 1 < lines.length; at++) {
    if (!lines[at]!.startsWith("|") || !/^\|[-|: ]+\|$/.test(lines[at + 1]!)) continue
    const subject = cells(lines[at]!)[0]!.replaceAll("`", "").trim()
    const table: PageTable = { line: at + 1, subject, rows: [] }
    for (at += 2; lines[at]?.startsWith("|"); at++) table.rows.push(cells(lines[at]!).map(spans))
    tables.push(table)
  }
  return tables
}

function cells(row: string): string[] {
  return row
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split(/(?<!\\)\|/)
}

function spans(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span!)
}
