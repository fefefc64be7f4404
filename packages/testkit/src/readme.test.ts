import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8")

/** A file without its imports, which differ by necessity, and the comment above them. */
const body = (text: string) => text.slice(text.indexOf("\n\n"))

test("the sample in README.md is the one that is tested", async () => {
  const [, sample = ""] = /```ts\n(.*?)```/s.exec(await read("../README.md")) ?? []
  expect(body(sample)).toBe(body(await read("../src/readme-sample.net.test.ts")))
})
