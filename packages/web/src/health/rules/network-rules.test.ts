import { expect, test } from "vitest"
import type { FindingKind } from "../finding.js"
import type { ConfigurationObservation, DatabaseObservation, NetworkObservation } from "../observation.js"
import { client, NOW, network } from "../testing/observed.js"
import { defaultThresholds } from "../thresholds.js"
import { networkRules } from "./index.js"

function check(kind: FindingKind, change: Partial<NetworkObservation> = {}) {
  return networkRules.find((rule) => rule.kind === kind)!.check(network(change), defaultThresholds)
}
const database = (change: Partial<DatabaseObservation> = {}): DatabaseObservation => ({
  ...{ token: "db-a", state: "answers", waiting: 0, trouble: [] },
  ...change,
})

test("no rule finds anything in a healthy network", () => {
  const change = { databases: [database()], clients: [client("source-a"), client("db-a")] }
  for (const { kind } of networkRules) expect({ kind, found: check(kind, change) }).toEqual({ kind, found: [] })
})

test("what cannot be asked for is not known", () => {
  for (const kind of ["client-clock", "two-hosts", "config-refused", "config-outdated"] as const)
    expect(check(kind, { clients: undefined })).toBe("unknown")
  expect(check("queue", { queues: undefined })).toBe("unknown")
  expect(check("producers", { contested: undefined })).toBe("unknown")
})

test("a database that is away, has trouble, or is behind", () => {
  expect(check("database-away", { databases: [database({ state: "foreign" })] })).toEqual([])
  const queues = [{ queue: "db-a-data", token: "db-a", messages: 7, consumers: 0 }]
  expect(check("database-away", { databases: [database({ state: "away" })], queues })).toMatchObject([
    { severity: "error", subject: { database: "db-a" }, message: "db-a does not answer, and 7 messages wait for it" },
  ])
  expect(check("database-trouble", { databases: [database({ trouble: ["disk full"] })] })).toMatchObject([
    { severity: "error", message: "disk full" },
  ])
  expect(check("database-behind", { databases: [database({ waiting: 4999 })] })).toEqual([])
  expect(check("database-behind", { databases: [database({ waiting: 5000 })] })).toMatchObject([
    { severity: "warning", afterMs: 60_000 },
  ])
})

test("a queue that nobody reads, but not that of a database that is away", () => {
  const queue = { queue: "transformer-a-data", token: "transformer-a", messages: 1000, consumers: 0 }
  expect(check("queue", { queues: [{ ...queue, messages: 999 }] })).toEqual([])
  expect(check("queue", { queues: [{ ...queue, consumers: 1 }] })).toEqual([])
  expect(check("queue", { queues: [queue] })).toMatchObject([
    { subject: { queue: "transformer-a-data" }, fix: "delete-queue", afterMs: 600_000 },
  ])
  const databases = [database({ token: "transformer-a", state: "away" })]
  expect(check("queue", { queues: [queue], databases })).toEqual([])
})

test("a clock that is off, either way; one that is not known is not", () => {
  const found = check("client-clock", {
    clients: [
      client("ahead", { clockS: 5.1 }),
      client("behind", { clockS: -5.1 }),
      client("fine", { clockS: -5 }),
      client("unknown", { clockS: undefined }),
    ],
  })
  expect(found).toMatchObject([
    { subject: { client: "ahead" }, message: "the clock of ahead is 5.1 s ahead" },
    { subject: { client: "behind" }, message: "the clock of behind is 5.1 s behind" },
  ])
})

test("where the clocks of most machines are off by the same, it is the manager's", () => {
  const clients = ["a", "b", "c"].map((token) => client(token, { clockS: -60 }))
  expect(check("client-clock", { clients })).toMatchObject([
    { subject: { client: "manager" }, values: { side: "ahead", offS: 60 } },
  ])
  const oneHost = clients.map((each) => ({ ...each, host: "vm" }))
  expect(
    check("client-clock", { clients: [...oneHost, client("d"), client("e"), client("f"), client("g")] }),
  ).toHaveLength(3)
})

test("a token on two machines in turn; a move is none", () => {
  expect(check("two-hosts", { clients: [client("a", { hostChanges: 1, hosts: ["x", "y"] })] })).toEqual([])
  expect(check("two-hosts", { clients: [client("a", { hostChanges: 2, hosts: ["x", "y"] })] })).toMatchObject([
    { message: "a answers from x and y in turn" },
  ])
})

test("two that send the same metric", () => {
  expect(check("producers", { contested: [{ metric: "lab.a", sources: ["source-a", "source-b"] }] })).toMatchObject([
    {
      severity: "error",
      subject: { metric: "lab.a" },
      message: "source-a and source-b both send it: their points mix",
    },
  ])
})

const configured = (configuration: ConfigurationObservation) => ({ clients: [client("a", { configuration })] })

test("a configuration that was refused, as long as it is the stored one", () => {
  const refused = { revision: "2", text: "rate must be a number" }
  expect(check("config-refused", configured({ stored: "2", accepted: "1", refused }))).toMatchObject([
    { severity: "error", message: "a has refused its configuration: rate must be a number" },
  ])
  expect(check("config-outdated", configured({ stored: "2", accepted: "1", refused }))).toEqual([])
  expect(check("config-refused", configured({ stored: "3", accepted: "1", refused }))).toEqual([])
})

test("a configuration that was stored a while ago, and not taken", () => {
  const stored = (agoS: number) => ({ stored: "2", storedMs: NOW - agoS * 1000, accepted: "1" })
  expect(check("config-outdated", configured(stored(600)))).toEqual([])
  expect(check("config-outdated", configured(stored(601)))).toMatchObject([{ fix: "apply" }])
  expect(check("config-outdated", configured({ ...stored(601), accepted: "2" }))).toEqual([])
  expect(check("config-outdated", configured({ stored: "2", storedMs: 0 })), "never told what it took").toEqual([])
  const gone = { clients: [client("a", { isUp: false, configuration: stored(601) })] }
  expect(check("config-outdated", gone)).toEqual([])
})
