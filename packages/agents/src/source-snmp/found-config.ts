import type { JsonObject } from "@metricq/client"
import snmp, { type Varbind } from "net-snmp"
import { findTables } from "./found-tables.js"
import { type KnownTable, knownObjects, knownTables } from "./known-objects.js"
import { namePart } from "./metric.js"
import { contentOf } from "./object-value.js"
import { indexBelow } from "./oid.js"

/** Objects that are written into a configuration at most. */
const MAX_OBJECTS = 1000
/** What standards describe, and Net-SNMP of itself: of these only what is known by name. */
const ONLY_KNOWN = ["1.3.6.1.2.1", "1.3.6.1.4.1.8072"]

/** What of a configuration is made of objects that were found. */
export interface FoundConfig {
  readonly objects: JsonObject
  readonly tables: JsonObject
  /** Numbers that are left out. */
  readonly omitted: number
}

/**
 * Objects and tables of the numbers among the objects of a host. Some of the standards' are known by name; the others (routes,
 * connections, packets of each protocol, …) are left out unless `isComplete`. What makers describe goes by its OID.
 */
export function configOf(found: readonly Varbind[], isComplete: boolean): FoundConfig {
  const rest = new Map(found.map((varbind) => [varbind.oid, varbind]))
  const tables: JsonObject = {}
  for (const known of knownTables) addKnown(known, rest, tables)
  const isWanted = (oid: string) =>
    isComplete || oid in knownObjects || !ONLY_KNOWN.some((parent) => isBelow(oid, parent))
  const others = [...rest.values()].filter(({ oid }) => isWanted(oid))
  for (const { entry, columns } of findTables(others.map(({ oid }) => oid).filter((oid) => !oid.endsWith(".0")))) {
    const table = foundTable(entry, columns, rest)
    if (table !== undefined) tables[`table_${entry.replaceAll(".", "_")}`] = table
  }
  const numbers = others.filter((varbind) => rest.has(varbind.oid) && isNumber(varbind))
  const objects = Object.fromEntries(
    numbers.slice(0, MAX_OBJECTS).map((varbind) => [`.${varbind.oid}`, objectOf(varbind)]),
  )
  const left = [...rest.values()].filter(isNumber).length
  return { objects, tables, omitted: left - Object.keys(objects).length }
}

function addKnown({ key, name, unless, columns }: KnownTable, rest: Map<string, Varbind>, tables: JsonObject): void {
  const isThere = (column: string) => [...rest.keys()].some((oid) => isBelow(oid, column))
  if (key in tables || (unless !== undefined && isThere(unless)) || (name !== undefined && !isThere(name))) return
  const present = Object.entries(columns).filter(([column]) => isThere(column))
  if (present.length === 0) return
  tables[key] = {
    ...(name !== undefined && { name: `.${name}` }),
    columns: Object.fromEntries(present.map(([column, object]) => [`.${column}`, object])),
  }
  // What else is in the table is known, too, and not wanted.
  for (const [column] of present) takeColumn(column.replace(/\.\d+$/, ""), rest)
}

function foundTable(entry: string, columns: readonly string[], rest: Map<string, Varbind>): JsonObject | undefined {
  const cells = new Map(columns.map((column) => [column, takeColumn(column, rest)]))
  const numeric = columns.filter((column) => cells.get(column)?.every(isNumber))
  if (numeric.length === 0) return undefined
  const name = columns.find((column) => namesRows(cells.get(column) ?? []))
  const object = (column: string) => ({
    suffix: `${suffixOf(entry)}.c${indexBelow(entry, column)}.${name === undefined ? "{index}" : "{name}"}`,
    short_description: `.${column} of ${name === undefined ? "{index}" : "{name}"}`,
    ...(isCounter(cells.get(column)?.[0]) && { rate: true }),
  })
  return {
    ...(name !== undefined && { name: `.${name}` }),
    columns: Object.fromEntries(numeric.map((column) => [`.${column}`, object(column)])),
  }
}

/** Texts that are all different, and can be read. */
function namesRows(cells: readonly Varbind[]): boolean {
  const names = new Set(cells.filter(({ type }) => type === snmp.ObjectType.OctetString).map((cell) => textOf(cell)))
  return names.size === cells.length && [...names].every((name) => /^[\x20-\x7e]+$/.test(name) && namePart(name) !== "")
}

function takeColumn(column: string, rest: Map<string, Varbind>): Varbind[] {
  const cells = [...rest.values()].filter(({ oid }) => isBelow(oid, column))
  for (const { oid } of cells) rest.delete(oid)
  return cells
}

function objectOf(varbind: Varbind): JsonObject {
  const { oid } = varbind
  const rate = isCounter(varbind) && { rate: true }
  return knownObjects[oid] ?? { suffix: suffixOf(oid), short_description: `.${oid}`, ...rate }
}

function suffixOf(oid: string): string {
  return `oid_${oid.replaceAll(".", "_")}`
}

const numericTypes: readonly (number | undefined)[] = [
  snmp.ObjectType.Integer,
  snmp.ObjectType.Counter,
  snmp.ObjectType.Gauge,
  snmp.ObjectType.TimeTicks,
  snmp.ObjectType.Counter64,
]

function isNumber(varbind: Varbind): boolean {
  if (numericTypes.includes(varbind.type)) return true
  return varbind.type === snmp.ObjectType.Opaque && textOf(varbind) !== ""
}

function isCounter(varbind: Varbind | undefined): boolean {
  return varbind?.type === snmp.ObjectType.Counter || varbind?.type === snmp.ObjectType.Counter64
}

function textOf(varbind: Varbind): string {
  try {
    return String(contentOf(varbind)).replaceAll("\0", "").trim()
  } catch {
    return ""
  }
}

function isBelow(oid: string, parent: string): boolean {
  return indexBelow(parent, oid) !== undefined
}
