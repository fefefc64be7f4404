import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parseAdministrators, repeated, usersFrom } from "./users.js"

test("passwords come from the first lines of files", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "metricq-users-"))
  t.onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, "password")
  writeFileSync(file, "geheim\r\nmore\n")
  expect(usersFrom([`lab:${file}`])).toEqual({ lab: "geheim" })
  writeFileSync(file, "\n")
  expect(() => usersFrom([`lab:${file}`])).toThrow(/is empty: write the password on its first line/)
  expect(() => usersFrom([`lab:${file}.missing`])).toThrow(/cannot read the password file/)
  for (const word of ["lab", ":file", "lab:"]) expect(() => usersFrom([word])).toThrow(/expected name:file/)
  expect(usersFrom(undefined)).toBeUndefined()
})

test("options that can be repeated collect", () => {
  expect(repeated("b", repeated("a"))).toEqual(["a", "b"])
})

test("administrators are named with commas, and guest is none", () => {
  expect(parseAdministrators("alice, bob,")).toEqual(["alice", "bob"])
  expect(() => parseAdministrators("alice,guest")).toThrow(/everybody knows its password/)
})
