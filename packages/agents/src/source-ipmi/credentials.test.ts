import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { credentialsFile } from "./credentials.js"

test("credentials are written as FreeIPMI reads them, and replace those that stand there", async (t) => {
  const base = join(await temporaryFolder(t), "freeipmi.conf")
  writeFileSync(
    base,
    "driver-type LAN_2_0\n# password old\n username old\nPassword old\nipmi-sensors-password old\nk_g old\n",
  )
  const credentials = { username: "mon", password: String.raw`pa"s s#1\z` }
  const ours = ['username "mon"', String.raw`password "pa\"s s\#1\\z"`]
  const lines = (await credentialsFile(credentials, base)).split("\n").filter((line) => line !== "")
  expect(lines).toEqual(["driver-type LAN_2_0", "k_g old", ...ours])
  expect(await credentialsFile({ ...credentials, k_g: "0x12" }, base)).toMatch(/\nk_g "0x12"\n$/)
  expect(await credentialsFile({ ...credentials, k_g: "0x12" }, base)).not.toContain("k_g old")
})

test("what cannot be written is refused without being told", async () => {
  const password = "first\nsecond"
  await expect(credentialsFile({ username: "mon", password })).rejects.toThrow("no line breaks")
  await expect(credentialsFile({ username: "mon", password })).rejects.not.toThrow("second")
})

test("a secret that is not there is named", async () => {
  const credentials = { username: "mon", password: { $env: "METRICQ_SECRET_NONE" } }
  await expect(credentialsFile(credentials)).rejects.toThrow("METRICQ_SECRET_NONE is not set")
})
