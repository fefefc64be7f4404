import { Command, Option } from "commander"
import { expect, test } from "vitest"
import { complete, completionScript, shells } from "./completion.js"
import { createProgram } from "./program.js"

const program = createProgram()

test("commands, subcommands, options and choices", () => {
  expect(complete(program, ["wa"])).toEqual(["watch"])
  expect(complete(program, [""])).toContain("config")
  expect(complete(program, ["config", "re"])).toEqual(["restore"])
  expect(complete(program, ["metrics", "--l"])).toEqual(["--limit", "--long"])
  expect(complete(program, ["completion", "f"])).toEqual(["fish"])
  expect(complete(program, ["config", "set", "source-a", "--n"])).toEqual(["--new", "--no-check", "--note"])
})

test("where a value or file stands nothing is proposed", () => {
  expect(complete(program, ["metrics", "--server", ""])).toEqual([])
  expect(complete(program, ["config", "set", "source-a", ""])).toEqual([])
  expect(complete(program, ["metrics", "--server", "amqp://h/", "--lo"])).toEqual(["--long"])
  expect(complete(program, ["metrics", "--server=x", "--lo"])).toEqual(["--long"])
})

test("hidden options stay hidden", () => {
  const hiding = new Command("metricq").addOption(new Option("--secret-door").hideHelp())
  expect(complete(hiding, ["--secret"])).toEqual([])
})

test("each shell has a script that asks for words", () => {
  for (const shell of shells) expect(completionScript(shell)).toContain("metricq completion --words")
})
