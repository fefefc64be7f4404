import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { createProgram } from "./program.js"
import { helpTexts } from "./testing/help-text.js"

const page = readFileSync(new URL("../../../docs/reference/command-line.md", import.meta.url), "utf8")

test("docs/reference/command-line.md shows the help of every command as it is", () => {
  const shown = new Map(
    [...page.matchAll(/^```text\n\$ (metricq[a-z ]*) --help\n([\s\S]*?)\n```$/gm)].map(([, words, text]) => [
      words,
      text,
    ]),
  )
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(helpTexts(createProgram())))
})

test("every command has an example that begins like it", () => {
  for (const [words, text] of helpTexts(createProgram())) {
    const examples = text.split("\nExamples:\n")[1] ?? ""
    expect(examples, words).toContain(words)
  }
})
