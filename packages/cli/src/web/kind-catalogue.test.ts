import { expect, test } from "vitest"
import { kindCatalogue } from "./kind-catalogue.js"

const catalogue = kindCatalogue()

test("every kind of the list has a schema, and a sample that is right", async () => {
  const kinds = await catalogue.list()
  expect(kinds.map(({ name }) => name)).toEqual(expect.arrayContaining(["source-sysinfo", "db"]))
  for (const { name } of kinds) {
    const details = await catalogue.find(name)
    expect(details).toMatchObject({ name, schema: { type: "object", properties: expect.anything() } })
    expect(await catalogue.check(`${name}-a`, details?.sample ?? {})).toEqual({ errors: [], warnings: [] })
    expect(catalogue.kindOf(`${name}-a`, {})).toBe(name)
  }
})

test("what is wrong is told with its path, and of other clients nothing is known", async () => {
  expect(await catalogue.check("source-sysinfo", { rate: 0, rat: 1 })).toEqual({
    ...{ errors: [expect.stringMatching(/^rate: expected /)], warnings: [] },
  })
  expect(await catalogue.check("source-sysinfo", { rat: 1 })).toMatchObject({
    ...{ errors: [], warnings: [expect.stringMatching(/^rat: unknown key/)] },
  })
  expect(catalogue.kindOf("source-of-others", {})).toBeUndefined()
  expect(await catalogue.find("source-of-others")).toBeUndefined()
  expect(await catalogue.check("source-of-others", { a: 1 })).toEqual({ errors: [], warnings: [] })
})
