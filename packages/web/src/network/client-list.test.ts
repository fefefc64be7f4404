import type { Client } from "@metricq/client"
import { expect, test, vi } from "vitest"
import { ClientList } from "./client-list.js"

const NOW = Date.parse("2026-11-26T12:00:00Z")

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
    const seen = (token: string, ms: number) => ({ token, lastSeen: new Date(NOW + ms).toISOString() })
    return { clients: [seen("source-b", 10), seen("source-a", -60_000)] }
  }
  const list = new ClientList({ rpc } as unknown as Client)
  const first = list.list()
  const second = list.list()
  answer()
  expect(await first).toMatchObject([
    { token: "source-a", state: "gone" },
    { token: "source-b", state: "up" },
  ])
  expect(await second).toBe(await first)
  expect(asked).toBe(1)

  vi.advanceTimersByTime(6_000)
  expect(await list.list()).toBe(await first)
  expect(asked).toBe(2)
  answer()
  await vi.waitFor(async () => expect(await list.list()).not.toBe(await first))
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
