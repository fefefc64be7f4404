import { expect, test } from "vitest"
import { parseNetworkFile } from "./network-file.js"

const kindOf = (token: string) => (token.startsWith("source-sysinfo") ? "source-sysinfo" : undefined)
const parse = (file: object) => parseNetworkFile(JSON.parse(JSON.stringify(file)), "net.json", kindOf)

test("agents with their kinds and configurations", () => {
  expect(
    parse({ agents: { "source-lab": { kind: "source-http", config: { rate: 1 } }, "source-sysinfo-a": {} } }),
  ).toEqual([
    { token: "source-lab", kind: "source-http", config: { rate: 1 } },
    { token: "source-sysinfo-a", kind: "source-sysinfo", config: undefined },
  ])
  expect(parse({ agents: {} })).toEqual([])
})

test("what is wrong is named with its place", () => {
  expect(() => parse({})).toThrow("net.json: agents: expected an object with an agent for each token")
  expect(() => parse({ agents: {}, agent: {} })).toThrow('net.json: agent: expected no other key than "agents"')
  expect(() => parse({ agents: { "source-lab": {} } })).toThrow(
    "net.json: agents.source-lab.kind: expected a kind of agent",
  )
  expect(() => parse({ agents: { "source-lab": [] } })).toThrow(
    "agents.source-lab: expected an object with kind and config",
  )
  expect(() => parse({ agents: { a: { kind: 1 } } })).toThrow("agents.a.kind: expected the name of a kind of agent")
  expect(() => parse({ agents: { a: { kind: "x", config: 1 } } })).toThrow(
    "agents.a.config: expected a configuration object",
  )
  expect(() => parse({ agents: { a: { kind: "x", rate: 1 } } })).toThrow("agents.a.rate: expected no other keys")
  expect(() => parse({ agents: { "": { kind: "x" } } })).toThrow("expected a token as its name")
})
