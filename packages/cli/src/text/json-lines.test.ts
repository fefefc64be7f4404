import { expect, test } from "vitest"
import { lineOfProblem, linesByPath } from "./json-lines.js"

const text = `{
  "a": 1, "text": "}] \\" , {",
  "hosts": [
    { "port": 5,
      "metrics": { "x.y": [] } },
    []
  ]
}`

test("every place has its line", () => {
  expect(Object.fromEntries(linesByPath(text))).toEqual({
    ...{ configuration: 1, a: 2, text: 2, hosts: 3, "hosts[0]": 4, "hosts[0].port": 4, "hosts[0].metrics": 5 },
    ...{ 'hosts[0].metrics["x.y"]': 5, "hosts[1]": 6 },
  })
  expect(Object.fromEntries(linesByPath(text, ["hosts", 0, "metrics"]))).toEqual({ configuration: 5, '["x.y"]': 5 })
})

test("a problem is at its place, or at the nearest around it", () => {
  const lines = linesByPath(text)
  expect(lineOfProblem(lines, "hosts[0].port: expected a port")).toBe(4)
  expect(lineOfProblem(lines, "hosts[0].metrics.other: it is missing")).toBe(5)
  expect(lineOfProblem(lines, "hostsfile: it is missing")).toBe(1)
  expect(lineOfProblem(lines, "configuration: expected an object")).toBe(1)
})
