import type { Path } from "../configuration/json-document.js"
import { type Field, formOf, type JsonSchema } from "../configuration/schema-form.js"

/** A single value that documents of a schema may have, and a merge patch can set. */
export interface PatchField extends Pick<Field, "kind" | "choices" | "bounds" | "description"> {
  readonly path: Path
  /** With the labels of what it is in: `Storage › Interval`. */
  readonly label: string
  /** Of a text: what is a number is stored as one. */
  readonly mixed: boolean
}

const SINGLE = ["text", "number", "boolean", "choice", "secret"]

/** The fields of a schema that one value fills, those of objects in it, too; lists and maps are left to the patch as it is written. */
export function patchFields(schema: JsonSchema): PatchField[] {
  const fields: PatchField[] = []
  const visit = (field: Field, labels: readonly string[]) => {
    const { path, kind, choices, bounds, description, mixed = false } = field
    const label = [...labels, field.label].filter(Boolean)
    const about = { ...(choices && { choices }), ...(bounds && { bounds }), ...(description && { description }) }
    if (SINGLE.includes(kind) && path.length > 0) fields.push({ path, label: label.join(" › "), kind, mixed, ...about })
    if (kind === "object") for (const child of field.children ?? []) visit(child, label)
  }
  visit(formOf(schema, sampleOf(schema)), [])
  return fields
}

/** The fields that all of these schemas have, as the first of them has them. */
export function commonFields(schemas: readonly JsonSchema[]): PatchField[] {
  const [first = [], ...others] = schemas.map(patchFields)
  const idOf = ({ path, kind }: PatchField) => JSON.stringify([path, kind])
  const ids = others.map((fields) => new Set(fields.map(idOf)))
  return first.filter((field) => ids.every((known) => known.has(idOf(field))))
}

/** What somebody has written into a field as the value that it stands for; undefined if it is none. */
export function fieldValue({ kind, mixed, choices }: PatchField, text: string): unknown {
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text))
  if (kind === "number") return isNumber ? Number(text) : undefined
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : undefined
  if (kind === "choice") return choices?.find((choice) => String(choice) === text)
  return mixed && isNumber ? Number(text) : text
}

/** Objects that are there are opened by the form, so there is an empty one where the schema has one. */
function sampleOf(schema: JsonSchema): unknown {
  return schema.type === "object" || schema.properties ? {} : undefined
}
