import { describe, expect, test } from "vitest"
import { z } from "zod"
import { type ConfigKind, checkConfig } from "./check-config.js"
import { ConfigError } from "./config-error.js"

/** A kind with everything that schemas of agents are made of. */
const schema = z.looseObject({
  interval: z.union([z.number().gt(0), z.string().refine((text) => /^\d+ms$/.test(text), { error: 'like "5ms"' })]),
  mode: z.enum(["fast", "slow"]).default("fast"),
  count: z.int().gte(1).lte(10).optional(),
  name: z.string().min(1).nullable().optional(),
  devices: z.union([z.boolean(), z.looseObject({ include: z.array(z.string()).optional() })]).default(true),
  hosts: z
    .array(z.looseObject({ address: z.string(), password: z.string().optional() }))
    .min(1)
    .optional(),
  limits: z
    .record(
      z.string().refine((text) => text !== "", { error: "a name" }),
      z.number(),
    )
    .optional(),
  metrics: z.record(z.string(), z.looseObject({ unit: z.string().optional() })).optional(),
})
const kind: ConfigKind<z.infer<typeof schema>> = {
  name: "source-test",
  schema,
}

function problems(document: unknown): readonly string[] {
  try {
    checkConfig(kind, document)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).problems
  }
  return expect.fail("no error")
}

describe("wrong documents", () => {
  test.each([
    [{ interval: "fast" }, 'interval: expected like "5ms", got "fast"'],
    [{ interval: 0 }, "interval: expected a number > 0 or a string, got 0"],
    [{ interval: [] }, "interval: expected a number > 0 or a string, got an array"],
    [{}, "interval: expected a number > 0 or a string, got nothing"],
    [{ interval: 1, mode: "medium" }, 'mode: expected "fast" or "slow", got "medium"'],
    [{ interval: 1, count: 0 }, "count: expected a whole number ≥ 1 and ≤ 10, got 0"],
    [{ interval: 1, count: 1.5 }, "count: expected a whole number ≥ 1 and ≤ 10, got 1.5"],
    [{ interval: 1, name: "" }, 'name: expected a string that is not empty, got ""'],
    [{ interval: 1, devices: "all" }, 'devices: expected true or false, or an object, got "all"'],
    [{ interval: 1, devices: { include: ["a", 5] } }, "devices.include[1]: expected a string, got 5"],
    [{ interval: 1, hosts: [] }, "hosts: expected an array that is not empty, got an array"],
    [{ interval: 1, hosts: [{ address: null }] }, "hosts[0].address: expected a string, got null"],
    [{ interval: 1, metrics: { "a.b": { unit: 1 } } }, 'metrics["a.b"].unit: expected a string, got 1'],
    [{ interval: 1, limits: { "": 1 } }, 'limits: expected a name as a key, got ""'],
    [[], "configuration: expected an object, got an array"],
    ["text", 'configuration: expected an object, got "text"'],
    [null, "configuration: expected an object, got null"],
    [undefined, "configuration: expected an object, got nothing"],
  ])("%j", (document, problem) => {
    expect(problems(document)).toEqual([problem])
  })

  test("every problem is told, and the message names them all", () => {
    const document = { interval: true, mode: 1, count: "x" }
    const told = problems(document)
    expect(told).toHaveLength(3)
    expect(() => checkConfig(kind, document)).toThrow(`configuration of source-test: ${told.join("; ")}`)
  })

  test("a secret is not shown, a long value is cut", () => {
    expect(problems({ interval: 1, hosts: [{ address: "x", password: 12345 }] })).toEqual([
      "hosts[0].password: expected a string, got a number",
    ])
    const [login = ""] = problems({ interval: "mqtt://lab:s3/cr@t@broker.example" })
    expect(login).toMatch(/got "mqtt:\/\/\*+@broker.example"$/)
    expect(problems({ interval: "x".repeat(5000) })[0]?.length).toBeLessThan(120)
  })

  test("hundreds of problems make a message of twenty", () => {
    const document = { interval: 1, devices: { include: Array.from({ length: 300 }, (_, i) => i) } }
    expect(() => checkConfig(kind, document)).toThrow(/and 280 more$/)
  })
})

describe("unknown keys", () => {
  const warnings = (document: object) => checkConfig(kind, { interval: 1, ...document }).warnings

  test("are warned about with what was probably meant, at any depth", () => {
    expect(warnings({ intervall: 2 })).toEqual(['intervall: unknown key, did you mean "interval"?'])
    expect(warnings({ devices: { exclude: [] } })).toEqual(['devices.exclude: unknown key, did you mean "include"?'])
    expect(warnings({ hosts: [{ address: "x" }, { address: "y", zone: 1 }] })).toEqual(["hosts[1].zone: unknown key"])
    expect(warnings({ metrics: { a: { unti: "W" } } })).toEqual(['metrics.a.unti: unknown key, did you mean "unit"?'])
  })

  test("stay in the configuration, and the document is not changed", () => {
    const document = { interval: 1, owner: "lab", devices: { note: 1 } }
    const { config } = checkConfig(kind, document)
    expect(config).toEqual({ interval: 1, owner: "lab", devices: { note: 1 }, mode: "fast" })
    expect(document).toEqual({ interval: 1, owner: "lab", devices: { note: 1 } })
  })

  test("of the document store, the manager and the web pages are not warned about", () => {
    expect(warnings({ _id: "source-test", _rev: "1-a", "x-metricq": { kind: "x" }, "x-metricq.ttl": 5 })).toEqual([])
    expect(warnings({ hosts: [{ address: "x", _id: 1 }] })).toEqual(["hosts[0]._id: unknown key"])
  })

  test("are not looked for where nothing is foreseen or anything is", () => {
    expect(warnings({ devices: true, name: null })).toEqual([])
    expect(warnings({ metrics: { "any.name": {} } })).toEqual([])
  })

  test("are right if the document itself tells their names", () => {
    const foreseesKey = (key: string, document: unknown) => (document as { keys: string[] }).keys.includes(key)
    const document = { interval: 1, keys: ["rack"], hosts: [{ address: "x", rack: "07", room: "1" }] }
    expect(checkConfig({ ...kind, foreseesKey }, document).warnings).toContain("hosts[0].room: unknown key")
    expect(checkConfig({ ...kind, foreseesKey }, document).warnings.join()).not.toContain("rack")
  })
})
