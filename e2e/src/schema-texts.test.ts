import { configJsonSchema, findKind, kindNames } from "@metricq/agents"
import { databaseSchema } from "@metricq/database"
import { expect, test } from "vitest"
import { root } from "./documents.js"

/** The texts of a schema: titles and descriptions, wherever they stand. */
function textsOf(schema: unknown, texts = new Set<string>()): Set<string> {
  if (typeof schema !== "object" || schema === null) return texts
  for (const [key, value] of Object.entries(schema)) {
    if ((key === "title" || key === "description") && typeof value === "string") texts.add(value)
    textsOf(value, texts)
  }
  return texts
}

test("what our schemas say of their keys is there in German, and no translation is left over", async () => {
  const catalogue = `${root}packages/web/ui/dist/texts/de/schemas.js`
  const { schemaTexts } = (await import(catalogue)) as { schemaTexts: Record<string, string> }
  const kinds = await Promise.all(kindNames().map(findKind))
  const schemas = await Promise.all([...kinds, { schema: databaseSchema }].map(configJsonSchema))
  const wanted = new Set([...textsOf(schemas), ...kinds.map(({ summary }) => summary)])
  const missing = [...wanted].filter((text) => !Object.hasOwn(schemaTexts, text))
  expect(missing, "add them to packages/web/ui/src/texts/de/schemas").toEqual([])
  const others = Object.keys(schemaTexts).filter((text) => !wanted.has(text))
  expect(others, "no schema says this any more").toEqual(["a database: which metrics are stored, and for how long"])
})
