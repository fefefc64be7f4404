import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, test } from "vitest"
import { documents, exampleFiles, root } from "./documents.js"
import { exampleChecks } from "./example-checks.js"
import { type Example, ExampleRun, type Flavour } from "./example-run.js"
import { findPython } from "./python.js"

/** The documents' code blocks that have a title, and the files of examples/. */
const examples: Example[] = [
  ...documents().flatMap(({ file, blocks }) =>
    blocks.flatMap(({ attributes: { title }, code }, at) => {
      if (title === undefined) return []
      const next = blocks[at + 1]
      const output = next?.language === "text" ? next.code.trimEnd() : undefined
      return [{ name: `${file} ${title}`, file: title, code, output }]
    }),
  ),
  ...exampleFiles().map((path) => ({
    name: path,
    file: basename(path),
    code: readFileSync(join(root, path), "utf8"),
  })),
]

const python = findPython()

test("every example is tested, and every test has its example", () => {
  expect(Object.keys(exampleChecks).sort()).toEqual(examples.map(({ name }) => name).sort())
})

describe.concurrent("examples of the documents", () => {
  for (const example of examples) {
    for (const flavour of flavoursOf(example)) {
      const leftOut = flavour === "python" && python === undefined
      const title = `${example.name}, ${flavour}`
      test.skipIf(leftOut)(leftOut ? `${title} [left out: no Python with the original client]` : title, async (t) => {
        const check = exampleChecks[example.name]
        if (check === undefined) throw new Error(`${example.name} has no entry in example-checks.ts`)
        await check.check(await ExampleRun.prepare(t, example, flavour, check, python))
      })
    }
  }
})

function flavoursOf({ file }: Example): Flavour[] {
  if (file.endsWith(".py")) return ["python"]
  return ["typescript", "javascript"]
}
