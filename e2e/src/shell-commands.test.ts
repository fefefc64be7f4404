import { expect, test } from "vitest"
import { commandProblem, helpPages } from "./help-page.js"
import { metricqArguments, shellCommands } from "./shell-commands.js"

test("commands are found in a line, with their quotes off and without comments", () => {
  expect(
    shellCommands(`echo '{"a": 1}' | npx metricq config set x - && ls  # '|' in a comment\n# all of it\n`),
  ).toEqual([["echo", '{"a": 1}'], ["npx", "metricq", "config", "set", "x", "-"], ["ls"]])
})

test("npm start runs metricq up", () => {
  expect(metricqArguments(["npm", "start", "--", "--amqp-port", "0"])).toEqual(["up", "--amqp-port", "0"])
  expect(metricqArguments(["METRICQ_SERVER=x", "metricq", "watch"])).toEqual(["watch"])
  expect(metricqArguments(["ls"])).toBeUndefined()
})

const pages = helpPages(`
\`\`\`text
$ metricq --help
Usage: metricq [options] [command]

Options:
  --version  print it

Commands:
  send [options] <metric> <value>  send one
                                   point
\`\`\`

\`\`\`text
$ metricq send --help
Usage: metricq send [options] <metric> <value>

Options:
  --timestamp <time>  when
  -v, --verbose       say more
\`\`\`
`)

test.each([
  ["send a 1", undefined],
  ["send a 1 -v --timestamp now", undefined],
  ["send a", "metricq send needs 2 arguments"],
  ["send a 1 2", "metricq send takes at most 2 arguments"],
  ["send a 1 --time now", "metricq send has no option --time"],
  ["sent a 1", "metricq has no command sent, only send"],
  ["--version", undefined],
])("metricq %s: %s", (line, problem) => {
  expect(commandProblem(pages, line.split(" "))).toBe(problem)
})

test("a command that is only mentioned may end early", () => {
  expect(commandProblem(pages, ["send"], "mentioned")).toBeUndefined()
  expect(commandProblem(pages, ["send"])).toBe("metricq send needs 2 arguments")
  expect(commandProblem(pages, ["send", "--time"], "mentioned")).toBe("metricq send has no option --time")
})
