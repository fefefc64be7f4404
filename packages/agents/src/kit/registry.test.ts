import { readFileSync } from "node:fs"
import { checkConfig } from "@metricq/client"
import { describe, expect, test } from "vitest"
import { configJsonSchema } from "./json-schema.js"
import { findKind, kindNames } from "./registry.js"

test("an unknown kind is answered with what was probably meant, or with all there are", async () => {
  await expect(findKind("source-sysinf")).rejects.toMatchObject({
    code: "unknown-kind",
    message: 'there is no agent of kind "source-sysinf"; did you mean "source-sysinfo"?',
  })
  await expect(findKind("toString")).rejects.toThrow(`there are: ${kindNames().join(", ")}`)
})

describe.each(kindNames())("%s", (name) => {
  test("has its name, a summary and a sample that passes without a warning", async () => {
    const kind = await findKind(name)
    expect(kind.name).toBe(name)
    expect(kind.summary).not.toBe("")
    expect(checkConfig(kind, kind.sample()).warnings).toEqual([])
  })

  test("refuses what is no object", async () => {
    const kind = await findKind(name)
    for (const document of [[], "text", 5, null])
      expect(() => checkConfig(kind, document)).toThrow("expected an object")
  })

  test("tells its schema as JSON Schema, every key described", async () => {
    const schema = await configJsonSchema(await findKind(name))
    expect(schema).toMatchObject({ type: "object" })
    const properties = Object.entries(schema.properties as Record<string, { description?: string }>)
    expect(properties.filter(([, { description = "" }]) => description === "").map(([key]) => key)).toEqual([])
  })
})

test("the front door loads neither zod nor any kind until asked", () => {
  const loaded = new Set<string>()
  const load = (file: URL) => {
    if (loaded.has(file.href)) return
    loaded.add(file.href)
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export)\s(?:[^"'();]*\sfrom\s+)?"([^"]+)"/gm,
    )) {
      if (name.startsWith(".")) load(new URL(name, file))
      else loaded.add(name)
    }
  }
  load(new URL("../index.js", import.meta.url))
  expect([...loaded]).toContain("@metricq/client")
  expect([...loaded].filter((name) => name === "zod" || name.includes("/source-"))).toEqual([])
})
