import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryFolder } from "./temporary-folder.js"
import { onTestEnd, Scope } from "./test-scope.js"

test("a scope runs its cleanups in reverse order, all of them, once, and throws the first error", async () => {
  const scope = new Scope()
  const order: string[] = []
  scope.onTestFinished(() => order.push("first registered"))
  scope.onTestFinished(async () => {
    order.push("second")
    throw new Error("second")
  })
  scope.onTestFinished(() => {
    order.push("third")
    throw new Error("third")
  })
  await expect(scope.close()).rejects.toThrow("third")
  expect(order).toEqual(["third", "second", "first registered"])
  await scope.close()
  expect(order).toHaveLength(3)
})

test("node:test's context works too", async () => {
  const cleanups: (() => unknown)[] = []
  onTestEnd({ after: (cleanup) => cleanups.push(cleanup) }, () => "cleaned")
  expect(cleanups.map((cleanup) => cleanup())).toEqual(["cleaned"])
})

test("a temporary folder is there during the test and gone after it", async () => {
  const scope = new Scope()
  const folder = await temporaryFolder(scope)
  await writeFile(join(folder, "file"), "text")
  expect(existsSync(folder)).toBe(true)
  await scope.close()
  expect(existsSync(folder)).toBe(false)
})
