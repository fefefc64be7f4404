import { silentLogger } from "@metricq/client"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { ClientRegistry } from "./client-registry.js"
import { openDocuments } from "./documents/lmdb-documents.js"

test("remembers clients over a restart", async (t) => {
  const store = await openDocuments(await temporaryFolder(t))
  t.onTestFinished(() => store.close())
  const registry = await ClientRegistry.open(store, silentLogger)
  registry.discovered("b", { alive: true })
  registry.seen("a", "source.register")
  const [a] = registry.list()
  registry.seen("a", "get_metrics")
  await registry.close()
  const again = await ClientRegistry.open(store, silentLogger)
  expect(again.list()).toMatchObject([
    { token: "a", lastFunction: "get_metrics", firstSeen: a?.firstSeen },
    { token: "b", lastFunction: "discover", discover: { alive: true } },
  ])
  await again.close()
})

test("forgets tokens with a random part first, then those not seen for longest", async (t) => {
  const store = await openDocuments(await temporaryFolder(t))
  t.onTestFinished(() => store.close())
  const registry = await ClientRegistry.open(store, silentLogger, 3)
  const random = `tool.${"0".repeat(32)}`
  for (const token of ["a", random, "b", "c"]) registry.seen(token, "x")
  const left = registry.list().map(({ token }) => token)
  expect(left).not.toContain(random)
  expect(left.length).toBeLessThan(4)
  expect(left).toContain("c")
  await registry.close()
  const again = await ClientRegistry.open(store, silentLogger, 3)
  expect(again.list().map(({ token }) => token)).toEqual(left)
})

test("a very long answer to discover is a sign of life and no more", async (t) => {
  const store = await openDocuments(await temporaryFolder(t))
  t.onTestFinished(() => store.close())
  const registry = await ClientRegistry.open(store, silentLogger)
  registry.discovered("a", { alive: true })
  registry.discovered("a", { alive: true, text: "x".repeat(20_000) })
  expect(registry.list()).toMatchObject([{ token: "a", discover: { alive: true } }])
  expect(registry.list()[0]?.discover).toEqual({ alive: true })
  await registry.close()
})
