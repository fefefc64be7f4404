import { readdir } from "node:fs/promises"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { runProgram } from "./subprocess.js"
import { unnamedFile } from "./unnamed-file.js"

const signal = AbortSignal.timeout(20_000)

test("a program can read it, by its name of standard input too, and the folder has nothing", async (t) => {
  const folder = await temporaryFolder(t)
  const file = await unnamedFile("user root\n", folder)
  t.onTestFinished(() => file.close())
  expect(await readdir(folder)).toEqual([])
  const script = "cat /dev/stdin; stat -L -c %a /dev/stdin"
  await expect(runProgram("sh", ["-c", script], { signal, stdin: file.fd })).resolves.toMatchObject({
    stdout: "user root\n600\n",
  })
})

test("what is too long is refused, and a folder that is not there is an error", async (t) => {
  const folder = await temporaryFolder(t)
  await expect(unnamedFile("x".repeat(65_537), folder)).rejects.toThrow("at most")
  await expect(unnamedFile("x", `${folder}/none`)).rejects.toThrow("ENOENT")
  expect(await readdir(folder)).toEqual([])
})
