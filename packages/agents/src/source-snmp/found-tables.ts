/** A table as it shows in a list of objects. */
export interface FoundTable {
  /** OID above the columns. */
  readonly entry: string
  /** OIDs of its columns. */
  readonly columns: readonly string[]
}

/** Below this there is nothing but branches: `1.3.6.1.4.1` and a number. */
const MIN_DEPTH = 7

/**
 * The tables that a list of OIDs looks like, without any description of them: columns below a common `….1` that have the same rows.
 * The largest are taken; what is in one is in no other.
 */
export function findTables(oids: readonly string[]): FoundTable[] {
  const candidates = candidatesOf(oids)
  const tables: FoundTable[] = []
  const byDepth = [...candidates].sort(([a], [b]) => a.length - b.length)
  for (const [entry, columns] of byDepth) {
    if (tables.some((table) => entry.startsWith(`${table.entry}.`))) continue
    const names = regularColumns(columns)
    if (names.length >= 2) tables.push({ entry, columns: names.map((column) => `${entry}.${column}`) })
  }
  return tables
}

/** For each OID that ends in `.1` and has others below it: the indexes of what would be its columns. */
function candidatesOf(oids: readonly string[]): Map<string, Map<string, string[]>> {
  const candidates = new Map<string, Map<string, string[]>>()
  for (const oid of oids) {
    const parts = oid.split(".")
    for (let at = MIN_DEPTH; at < parts.length - 2; at += 1) {
      if (parts[at] !== "1") continue
      const entry = parts.slice(0, at + 1).join(".")
      const columns = candidates.get(entry) ?? new Map<string, string[]>()
      candidates.set(entry, columns)
      const column = parts[at + 1] ?? ""
      const indexes = columns.get(column) ?? []
      columns.set(column, indexes)
      indexes.push(parts.slice(at + 2).join("."))
    }
  }
  return candidates
}

/** The columns, if most of them have the same rows. */
function regularColumns(columns: ReadonlyMap<string, readonly string[]>): string[] {
  const byRows = new Map<string, string[]>()
  for (const [column, indexes] of columns) {
    const rows = indexes.join()
    byRows.set(rows, [...(byRows.get(rows) ?? []), column])
  }
  const largest = [...byRows.values()].reduce((a, b) => (b.length > a.length ? b : a), [])
  return largest.length * 2 > columns.size ? [...columns.keys()] : []
}
