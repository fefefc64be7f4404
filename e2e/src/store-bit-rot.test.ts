import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { MetricqError } from "@metricq/client"
import { temporaryFolder } from "@metricq/testkit"
import { Timeline, type TimelineOptions } from "@metricq/timeline"
import { expect, type TestContext, test } from "vitest"
import { planColumns, planName } from "./load-plan.js"
import { copyStore } from "./store-check.js"

const FOR_EVER_NS = 4_000_000_000_000_000_000n
const busy: TimelineOptions = { headBytes: 4_000, journalBytes: 6_000 }
/** A store to which nothing happens by itself. */
const quiet: TimelineOptions = { compaction: false }
/** With every byte this takes minutes: METRICQ_TEST_KILLS says that there is time. */
const EVERY = process.env.METRICQ_TEST_KILLS === undefined ? 101 : 11

/** Everything a store says about the metrics that have points, as text. */
async function contentOf(store: Timeline): Promise<string> {
  const lines = []
  for (const name of store.metrics().sort()) {
    const { times, values } = await store.raw(name, 0n, FOR_EVER_NS)
    if (times.length === 0) continue
    const { minimum, maximum, count, sum } = await store.aggregate(name, 0n, FOR_EVER_NS)
    const rows = await store.timeline(name, times[0] ?? 0n, (times.at(-1) ?? 0n) + 1n, 10_000_000_000n)
    lines.push([name, ...times, ...values, minimum, maximum, count, sum.toPrecision(12)].join(" "))
    lines.push([...rows.times, ...rows.aggregates.count, ...rows.aggregates.maximum].join(" "))
  }
  return lines.join("\n")
}

/** A store with several segments, merged ones and late points, with a journal; what is in it before and after its last append. */
async function makeStore(folder: string): Promise<{ store: Timeline; before: string; after: string }> {
  const append = (store: Timeline, chunk: number, metrics: readonly number[], count = 30) =>
    Promise.all(
      metrics.map((metric) => {
        const stream = chunk % 3
        return store.append(planName(metric), planColumns(metric, stream, 30 * Math.floor(chunk / 3), count))
      }),
    )
  const writer = await Timeline.open(folder, busy)
  for (let chunk = 0; chunk < 40; chunk++) await append(writer, chunk, [0, 1, 2])
  await writer.close()
  const store = await Timeline.open(folder, quiet)
  await store.checkpoint()
  for (let chunk = 40; chunk < 45; chunk++) await append(store, chunk, [0, 2])
  const before = await contentOf(store)
  await append(store, 0, [3], 5)
  return { store, before, after: await contentOf(store) }
}

/** Flips a bit of every so many bytes of every file, and looks what the store makes of it. */
async function flipAll(t: TestContext, folder: string, allowed: readonly string[]): Promise<void> {
  const copy = join(await temporaryFolder(t, "rot"), "copy")
  let refused = 0
  let right = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    for (let at = 0; at < bytes.length; at += EVERY) {
      await copyStore(folder, copy)
      const rotten = Buffer.from(bytes)
      rotten[at]! ^= 1 << (at % 8)
      writeFileSync(path.replace(folder, copy), rotten)
      const found = await contentIn(copy)
      if (found === undefined) refused++
      else {
        right++
        expect(allowed, `${path} with byte ${at} changed`).toContain(found)
      }
    }
  }
  console.log(`bytes changed ${refused + right}, named errors ${refused}, right answers ${right}`)
  expect(refused).toBeGreaterThan(0)
}

/** Undefined if the store refuses with an error of ours, or names what it has passed over. */
async function contentIn(folder: string): Promise<string | undefined> {
  let store: Timeline | undefined
  try {
    store = await Timeline.open(folder, quiet)
    const content = await contentOf(store)
    return store.status().damage.length > 0 ? undefined : content
  } catch (error) {
    if (error instanceof MetricqError) return undefined
    throw error
  } finally {
    await store?.close().catch(() => {})
  }
}

test("one changed bit of a closed store gives the right answer or a named error", { timeout: 3_600_000 }, async (t) => {
  const folder = join(await temporaryFolder(t, "rot"), "store")
  const { store, after } = await makeStore(folder)
  await store.close()
  expect(await contentIn(folder)).toBe(after)
  await flipAll(t, folder, [after])
})

test("one changed bit of a store that was killed: the last append may be taken for cut off", {
  timeout: 3_600_000,
}, async (t) => {
  const base = await temporaryFolder(t, "rot")
  const { store, before, after } = await makeStore(join(base, "store"))
  await copyStore(join(base, "store"), join(base, "killed"))
  await store.close()
  await flipAll(t, join(base, "killed"), [before, after])
})
