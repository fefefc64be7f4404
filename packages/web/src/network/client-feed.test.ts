import type { JsonObject } from "@metricq/client"
import { mergePatch } from "@metricq/protocol"
import { expect, test, vi } from "vitest"
import { ClientFeed, type FeedEvent } from "./client-feed.js"
import type { ClientRow } from "./client-row.js"

const row = (token: string, some: Partial<ClientRow> = {}): ClientRow => ({
  ...{ token, state: "up", firstSeen: "", lastSeen: new Date().toISOString(), lastFunction: "x", config: true },
  ...{ drift: "current", metrics: 0, rates: { declared: 0, measured: null } },
  ...some,
})

/** A feed whose rows are set by hand, and whoever watches it. */
class Watched {
  rows: readonly ClientRow[] | Error = []
  reads = 0
  readonly feed = new ClientFeed(async () => {
    this.reads += 1
    if (this.rows instanceof Error) throw this.rows
    return this.rows
  })

  watch(lastId?: string) {
    const events: FeedEvent[] = []
    const troubles: unknown[] = []
    const onTrouble = (error: unknown) => void troubles.push(error)
    const leave = this.feed.watch({ onEvent: (event) => void events.push(event), onTrouble }, lastId)
    const state = () =>
      events.reduce<JsonObject>((all, { name, data }) => {
        const parsed = JSON.parse(data) as JsonObject
        return name === "clients" ? parsed : mergePatch(all, parsed)
      }, {})
    return { events, troubles, leave, state }
  }

  /** These rows, and until they have been read. */
  async set(...rows: ClientRow[]) {
    this.rows = rows
    const before = this.reads
    this.feed.refresh()
    await vi.waitFor(() => expect(this.reads).toBeGreaterThan(before))
    await Promise.resolve()
  }
}

test("whoever comes gets all, and then what changes and nothing else", async () => {
  const watched = new Watched()
  watched.rows = [row("a", { host: "n1" }), row("b")]
  const viewer = watched.watch()
  await vi.waitFor(() => expect(viewer.events).toHaveLength(1))
  expect(viewer.events[0]).toMatchObject({ name: "clients" })
  expect(viewer.state()).toEqual({
    a: { token: "a", state: "up", config: true, drift: "current", metrics: 0, rates: { declared: 0 }, host: "n1" },
    b: { token: "b", state: "up", config: true, drift: "current", metrics: 0, rates: { declared: 0 } },
  })
  await watched.set(row("a", { host: "n1", rates: { declared: 0, measured: 1.23456 }, labels: { room: "A" } }))
  expect(viewer.events.slice(1).map(({ name, data }) => [name, JSON.parse(data)])).toEqual([
    ["change", { a: { rates: { measured: 1.23 }, labels: { room: "A" } }, b: null }],
  ])
  const later = watched.watch()
  expect(later.state()).toEqual(viewer.state())
  viewer.leave()
  later.leave()
})

test("that a client was seen again, or its start through another delay, is no change", async () => {
  const watched = new Watched()
  watched.rows = [row("a", { upSince: "2026-01-01T00:00:00.000Z" })]
  const { events, state, leave } = watched.watch()
  await vi.waitFor(() => expect(events).toHaveLength(1))
  await watched.set(row("a", { upSince: "2026-01-01T00:00:00.900Z", lastSeen: "2026-01-02", lastFunction: "y" }))
  expect(events).toHaveLength(1)
  await watched.set(row("a", { upSince: "2026-01-01T01:00:00.000Z" }))
  await watched.set(row("a", { state: "gone", lastSeen: "2026-01-02" }))
  expect(events).toHaveLength(3)
  expect(state().a).toMatchObject({ state: "gone", lastSeen: "2026-01-02" })
  expect(state().a).not.toHaveProperty("upSince")
  leave()
})

test("whoever comes back gets what they have missed, or all if that is not known any more", async () => {
  const watched = new Watched()
  const first = watched.watch()
  await watched.set(row("a"))
  await vi.waitFor(() => expect(first.events.length).toBeGreaterThan(0))
  const lastId = first.events.at(-1)?.id
  const other = watched.watch()
  first.leave()
  await watched.set(row("a"), row("b"))
  await watched.set(row("b"))
  const back = watched.watch(lastId)
  expect(back.events.map(({ name }) => name)).toEqual(["change", "change"])
  expect(watched.watch(back.events.at(-1)?.id).events).toEqual([])
  for (let metrics = 1; metrics <= 300; metrics++) await watched.set(row("b", { metrics }))
  for (const id of [lastId, "other.1", `${lastId?.split(".")[0]}.9999`, "", "x"]) {
    const late = watched.watch(id)
    expect(late.events.map(({ name }) => name)).toEqual(["clients"])
    expect(late.state()).toEqual(other.state())
  }
  watched.feed.close()
})

test("nothing is read while nobody watches, and who comes first waits for rows", async () => {
  const watched = new Watched()
  watched.feed.refresh()
  expect(watched.reads).toBe(0)
  const viewer = watched.watch()
  expect(viewer.events).toEqual([])
  await vi.waitFor(() => expect(viewer.events).toHaveLength(1))
  viewer.leave()
  const { reads } = watched
  watched.feed.refresh()
  expect(watched.reads).toBe(reads)
  expect(watched.feed.viewers).toBe(0)
})

test("that rows cannot be read is told, and it goes on when they can be", async () => {
  const watched = new Watched()
  watched.rows = new Error("the manager is away")
  const viewer = watched.watch()
  await vi.waitFor(() => expect(viewer.troubles).toHaveLength(1))
  expect(viewer.events).toEqual([])
  await watched.set(row("a"))
  await vi.waitFor(() => expect(viewer.events).toHaveLength(1))
  viewer.leave()
})
