import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { loadDotenv, parseDotenv } from "./dotenv.js"

const parse = (text: string) => Object.fromEntries(parseDotenv(text, "file"))

test("the forms of a value", () => {
  expect(parse("A=1\nexport B = two words \nC='it''s'".split("\n").slice(0, 2).join("\n"))).toEqual({
    A: "1",
    B: "two words",
  })
  expect(parse("A='$x \\n # no comment' # comment")).toEqual({ A: "$x \\n # no comment" })
  expect(parse('A="a\\nb \\"c\\" \\\\"')).toEqual({ A: 'a\nb "c" \\' })
  expect(parse("A=amqp://h/#frag # comment")).toEqual({ A: "amqp://h/#frag" })
  expect(parse("A=\nB=#")).toEqual({ A: "", B: "" })
  expect(parse("\uFEFF# head\r\n\r\nA=1\r\nA=2\r\n")).toEqual({ A: "2" })
})

test("a line that is none of these is named", () => {
  expect(() => parse("A=1\nnonsense")).toThrow("file:2: expected NAME=value")
  expect(() => parse('A="open')).toThrow("file:1")
  expect(() => parse("1A=x")).toThrow("file:1")
})

test("the environment wins over the working folder, that over the home folder, and other names are left alone", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "metricq-dotenv-"))
  t.onTestFinished(() => rmSync(folder, { recursive: true }))
  const home = join(folder, "home")
  mkdirSync(home)
  writeFileSync(join(folder, ".metricq"), "METRICQ_SERVER=amqp://lab/\nMETRICQ_TOKEN=lab\nNODE_OPTIONS=--evil\n")
  writeFileSync(join(home, ".metricq"), "METRICQ_SERVER=amqp://home/\nMETRICQ_LIMIT=5\n")
  const env: NodeJS.ProcessEnv = { METRICQ_TOKEN: "env" }
  loadDotenv(env, folder, home)
  expect(env).toEqual({ METRICQ_SERVER: "amqp://lab/", METRICQ_TOKEN: "env", METRICQ_LIMIT: "5" })
})
