import { prose } from "./markdown.js"

/** A table of a page. */
export interface PageTable {
  /** Its first heading, without backticks: often the name of a type. */
  subject: string
  /** The code spans of each row, a list for each cell. */
  rows: string[][][]
}

/** The tables of a Markdown text, outside of code blocks. */
export function pageTables(text: string): PageTable[] {
  const tables: PageTable[] = []
  const lines = prose(text).split("\n")
  for (let at = 0; at + 1 < lines.length; at++) {
    if (!lines[at]!.startsWith("|") || !/^\|[-|: ]+\|$/.test(lines[at + 1]!)) continue
    const subject = cells(lines[at]!)[0]!.replaceAll("`", "").trim()
    const table: PageTable = { subject, rows: [] }
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
