import { silentLogger } from "@metricq/client"
import { temporaryFolder } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { openDocuments } from "../documents/lmdb-documents.js"
import type { QueueMaking } from "./known-queue.js"
import { QueueRegistry } from "./queue-registry.js"

const making = (queue: string, more: Partial<QueueMaking> = {}): QueueMaking => ({
  queue,
  token: `token-of-${queue}`,
  role: "sink",
  kind: "data",
  life: "fleeting",
  ...more,
})

async function storeOf(t: TestContext) {
  const store = await openDocuments(await temporaryFolder(t))
  t.onTestFinished(() => store.close())
  return store
}

const keysOf = (registry: QueueRegistry, queue: string) => [...(registry.get(queue)?.keys() ?? [])].sort()

test("remembers keys, patterns and what was unbound, also over a restart", async (t) => {
  const store = await storeOf(t)
  const first = await QueueRegistry.open(store, silentLogger)
  first.bound(making("a", { role: "transformer", life: "lasting" }), ["x.1", "x.2", "y.#"])
  first.bound(making("a"), ["x.2", "x.3"])
  first.unbound("a", ["x.1", "never"])
  first.bound(making("b"), ["x.2"])
  first.bound(making("gone"), ["z"])
  first.forget("gone")
  await first.close()

  const second = await QueueRegistry.open(store, silentLogger)
  expect(second.list().map(({ queue, role, life, count }) => [queue, role, life, count])).toEqual([
    ["a", "transformer", "lasting", 3],
    ["b", "sink", "fleeting", 1],
  ])
  expect(keysOf(second, "a")).toEqual(["x.2", "x.3", "y.#"])
  expect(second.get("a")?.via("y.deep.er")).toBe("y.#")
  expect(second.get("a")?.via("x.1")).toBeUndefined()
  expect(second.get("b")?.via("x.2")).toBe("x.2")
  second.unbound("a", ["x.2", "x.3", "y.#"])
  expect(second.get("b")?.via("x.2")).toBe("x.2")
})

test("a hundred thousand names take several documents, and shrink again", async (t) => {
  const store = await storeOf(t)
  const names = Array.from({ length: 100_000 }, (_, i) => `lab.node${i}.power`)
  const first = await QueueRegistry.open(store, silentLogger)
  first.bound(making("a"), names)
  await first.close()
  const second = await QueueRegistry.open(store, silentLogger)
  expect(second.get("a")?.count).toBe(100_000)
  second.unbound("a", names.slice(10))
  await second.close()
  const third = await QueueRegistry.open(store, silentLogger)
  expect(keysOf(third, "a")).toEqual(names.slice(0, 10).sort())
})

test("a queue made anew has lost what it was bound to, but not what others bind meanwhile", async (t) => {
  const registry = await QueueRegistry.open(await storeOf(t), silentLogger)
  registry.bound(making("a"), ["old"])
  const before = registry.revision
  registry.bound(making("a"), ["one"], before)
  registry.bound(making("a"), ["two"], before)
  expect(keysOf(registry, "a")).toEqual(["one", "two"])
})

test("revisions grow with every change", async (t) => {
  const registry = await QueueRegistry.open(await storeOf(t), silentLogger)
  registry.bound(making("a"), ["x"])
  registry.bound(making("b"), ["x"])
  const { revision } = registry.get("a")!
  registry.bound(making("b"), ["y"])
  expect(registry.get("a")!.revision).toBe(revision)
  registry.unbound("a", ["x"])
  expect(registry.get("a")!.revision).toBeGreaterThan(registry.get("b")!.revision)
})

test("beyond its bounds it forgets fleeting queues, the oldest first, and marks what has not all its keys", async (t) => {
  const registry = await QueueRegistry.open(await storeOf(t), silentLogger, { queues: 10, keys: 100 })
  registry.bound(making("lasting", { life: "lasting" }), ["x"])
  for (let i = 0; i < 40; i++) registry.bound(making(`q${i}`), ["x"])
  expect(registry.list().map(({ queue }) => queue)).toContain("lasting")
  expect(registry.list().length).toBeLessThanOrEqual(10)
  expect(registry.list().at(-1)?.queue).toBe("q39")
  registry.bound(
    making("many"),
    Array.from({ length: 200 }, (_, i) => `n${i}`),
  )
  expect(registry.get("many")).toMatchObject({ isIncomplete: true })
  expect(registry.get("many")!.count).toBeLessThan(100)
  expect(registry.get("q39")!.isIncomplete).toBe(false)
  registry.forget("many")
  registry.bound(making("few"), ["n1", "n2"])
  expect(registry.get("few")).toMatchObject({ isIncomplete: false, count: 2 })
})
