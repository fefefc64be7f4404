import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { secret } from "./fields/secret.js"
import { secretText } from "./secret-text.js"

test("a secret is a text, a variable of the environment, or a file", async (t) => {
  const folder = await temporaryFolder(t)
  writeFileSync(join(folder, "bmc"), "from a file\n")
  const places = { env: { METRICQ_SECRET_BMC: "from the environment" }, folder }
  expect(secretText("plain", places)).toBe("plain")
  expect(secretText({ $env: "METRICQ_SECRET_BMC" }, places)).toBe("from the environment")
  expect(secretText({ $file: "bmc" }, places)).toBe("from a file")
})

test("what is missing is named, with the remedy", () => {
  expect(() => secretText({ $env: "METRICQ_SECRET_NO" }, { env: {} })).toThrow(
    "METRICQ_SECRET_NO is not set where the agent runs",
  )
  expect(() => secretText({ $file: "no" }, { folder: undefined })).toThrow("--secrets-dir")
  expect(() => secretText({ $file: "no" }, { folder: "/nowhere" })).toThrow("the secret file no cannot be read")
})

test.each([
  { $env: "HOME" },
  { $file: "../etc/passwd" },
  { $file: ".." },
  { $file: "a/b" },
  { $env: "METRICQ_SECRET_A", more: 1 },
  7,
])("%j is no secret", (value) => {
  expect(secret.safeParse(value).success).toBe(false)
})
