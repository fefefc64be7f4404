import { expect, test } from "vitest"
import { z } from "zod"
import { hostlist } from "./hostlist.js"

test.each(["", "n[", "n[2-1]", "a,,b", [], ["a", "n["]].map((list) => [list]))("%j is refused", (list) => {
  expect(hostlist.safeParse(list).success).toBe(false)
})

test.each(["a", "n[1-3]", ["n[1-3]", "b"]].map((list) => [list]))("%j is a hostlist", (list) => {
  expect(hostlist.safeParse(list).success).toBe(true)
})

test("its schema says what it is, also where it is described and left out", () => {
  const schema = z.toJSONSchema(z.object({ hosts: hostlist.describe("addresses"), names: hostlist.nullish() }))
  expect(schema.properties?.hosts).toMatchObject({ format: "hostlist", description: "addresses" })
  expect(schema.properties?.names).toMatchObject({ anyOf: [{ format: "hostlist" }, { type: "null" }] })
})
