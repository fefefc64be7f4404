import { type Field, type FieldType, fieldTypeNames, type Table } from "../wire/table.js"
import { described, preconditionFailed } from "./names.js"

/** What is declared again and must be as it was. */
export interface Declared {
  kind: "queue" | "exchange"
  name: string
  vhost: string
}

/** @throws {ChannelError} `PRECONDITION_FAILED` if a property of the declaration differs from what exists */
export function checkProperty(what: Declared, property: string, received: unknown, current: unknown): void {
  if (received !== current) throw inequivalent(what, property, `received '${received}' but current is '${current}'`)
}

/** The same for arguments: of those named, each must be absent in both tables or equal; integers of all widths compare by value. */
export function checkArguments(what: Declared, names: readonly string[], received: Table, current: Table): void {
  for (const name of names) {
    const ours = given(current, name)
    const theirs = given(received, name)
    if (ours === undefined && theirs === undefined) continue
    if (ours !== undefined && theirs !== undefined) {
      if (!sameField(theirs, ours)) {
        throw inequivalent(what, name, `received '${shown(theirs)}' but current is '${shown(ours)}'`)
      }
    } else {
      throw inequivalent(what, name, `received ${valueOrNone(theirs)} but current is ${valueOrNone(ours)}`)
    }
  }
}

/** An argument, unless it only says what is so without it. */
function given(table: Table, name: string): Field | undefined {
  const field = table.get(name)
  return name === "x-queue-type" && field?.value === "classic" ? undefined : field
}

function inequivalent(what: Declared, name: string, difference: string) {
  return preconditionFailed(
    `inequivalent arg '${name}' for ${described(what.kind, what.name, what.vhost)}: ${difference}`,
  )
}

const numeric = new Set<FieldType>(["b", "B", "s", "u", "I", "i", "l", "f", "d"])

/** Whether two values are the same; numbers compare by value whatever their width. */
export function sameField(a: Field, b: Field): boolean {
  if (numeric.has(a.type) && numeric.has(b.type)) return Number(a.value) === Number(b.value)
  return a.type === b.type && fieldKey(a) === fieldKey(b)
}

/** Text that is equal for equal values of equal type. */
export function fieldKey({ type, value }: Field): string {
  if (type === "F") return `F{${tableKey(value as Table)}}`
  if (type === "A") return `A[${(value as readonly Field[]).map(fieldKey).join(",")}]`
  if (value instanceof Uint8Array) return `${type}${Buffer.from(value).toString("hex")}`
  return `${type}${JSON.stringify(typeof value === "bigint" ? value.toString() : value)}`
}

/** Text that is equal for equal tables, whatever the order of their entries. */
export function tableKey(table: Table): string {
  if (table.size === 0) return ""
  const entries = [...table].map(([name, field]) => `${JSON.stringify(name)}:${fieldKey(field)}`)
  return entries.sort().join(",")
}

function shown({ value }: Field): string {
  return typeof value === "object" && value !== null ? "a compound value" : String(value)
}

function valueOrNone(field: Field | undefined): string {
  if (field === undefined) return "none"
  return `the value '${shown(field)}' of type '${fieldTypeNames[field.type]}'`
}
