import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { readProvider } from "./provider-file.js"

test("the secret of a client is that of the environment, or of a file beside, and never in the file itself", async (t) => {
  const folder = await temporaryFolder(t, "provider")
  const path = join(folder, "oidc.json")
  const write = (more: object) => writeFileSync(path, JSON.stringify({ issuer: "https://id.example.org", ...more }))
  writeFileSync(join(folder, "secret"), "of the file\n")
  write({ clientSecretFile: "secret" })
  expect(await readProvider(path, {})).toEqual({ issuer: "https://id.example.org", clientSecret: "of the file" })
  const environment = { METRICQ_OIDC_CLIENT_SECRET: "of the environment" }
  expect(await readProvider(path, environment)).toMatchObject({ clientSecret: "of the environment" })
  write({})
  expect(await readProvider(path, {})).toEqual({ issuer: "https://id.example.org" })
  write({ clientSecret: "x" })
  await expect(readProvider(path, {})).rejects.toMatchObject({ code: "oidc" })
  write({ clientSecretFile: 1 })
  await expect(readProvider(path, {})).rejects.toMatchObject({ code: "oidc" })
  await expect(readProvider(join(folder, "none"), {})).rejects.toMatchObject({ code: "file" })
})
