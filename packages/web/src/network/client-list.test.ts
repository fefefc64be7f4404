import type { Client } from "@metricq/client"
import { expect, test, vi } from "vitest"
import { ClientList } from "./client-list.js"

const NOW = Date.parse("2026-11-26T12:00:00Z")
const at = (ms: number) => new Date(NOW + ms).toISOString()

test("everybody is asked at most every five seconds, and nobody waits for it but the first", async (t) => {
  vi.useFakeTimers({ toFake: ["Date", "performance"], now: NOW })
  t.onTestFinished(() => void vi.useRealTimers())
  let asked = 0
  let answer = () => {}
  const rpc = async () => {
    asked += 1
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return { clients: [{ token: "source-b", lastSeen: at(10) }] }
  }
  const list = new ClientList({ rpc } as unknown as Client)
  const first = list.list()
  const second = list.list()
  answer()
  expect(await first).toMatchObject([{ token: "source-b", state: "up", drift: "none" }])
  expect(await second).toBe(await first)
  expect(asked).toBe(1)

  vi.advanceTimersByTime(6_000)
  expect(await list.list()).toBe(await first)
  expect(asked).toBe(2)
  answer()
  await vi.waitFor(async () => expect(await list.list()).not.toBe(await first))
})

test("who has left is gone at once, who is connected and silent is late after half a minute", async () => {
  const clients = [
    { token: "a", lastSeen: at(0) },
    { token: "b", lastSeen: at(-1_000), left: at(-500) },
    { token: "c", lastSeen: at(-20_000) },
    { token: "d", lastSeen: at(-31_000) },
    { token: "e", lastSeen: at(-10), left: at(-60_000) },
    { token: "f", lastSeen: at(-9e6), left: at(-8e6) },
  ]
  const list = await new ClientList({ rpc: async () => ({ clients }) } as unknown as Client).list()
  expect(list.map(({ state }) => state)).toEqual(["up", "gone", "up", "late", "up", "gone"])
})

test("a source's rate is what it has sent from one answer to the next, by its own clock", async () => {
  const answers = [
    [1000, 0],
    [1600, 6_000],
    [1600, 6_000],
    [20, 12_000],
    [420, 16_000],
  ].map(([pointsSent, ms]) => ({ pointsSent, currentTime: at((ms ?? 0) - 1e7) }))
  const rpc = async () => ({ clients: [{ token: "a", lastSeen: at(0), discover: answers.shift() }] })
  const list = new ClientList({ rpc } as unknown as Client)
  const rates: unknown[] = []
  for (let i = 0; i < 5; i++) {
    list.outdate()
    rates.push((await list.list())[0]?.pointsPerSecond)
  }
  expect(rates).toEqual([undefined, 100, 100, undefined, 100])
})

test("a refusal is told, and the next one asks again", async () => {
  let asked = 0
  const rpc = async () => {
    asked += 1
    throw new Error("no administrator")
  }
  const list = new ClientList({ rpc } as unknown as Client)
  await expect(list.list()).rejects.toThrow("no administrator")
  await expect(list.list()).rejects.toThrow("no administrator")
  expect(asked).toBe(2)
})
