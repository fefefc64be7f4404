import type { Client, JsonObject } from "@metricq/client"
import { expect, test, vi } from "vitest"
import { DatabaseStatus } from "./database-status.js"

test("points a second are those between the last two looks, before that since the start", async (t) => {
  vi.useFakeTimers({ toFake: ["Date", "performance"], now: 1_000_000 })
  t.onTestFinished(() => void vi.useRealTimers())
  let stored = 500
  const asked: string[] = []
  const rpcTo = async (token: string): Promise<JsonObject> => {
    asked.push(token)
    if (token === "db-away") throw new Error("not connected")
    return { token, since: new Date(990_000).toISOString(), points: { stored } }
  }
  const databases = new DatabaseStatus({ rpcTo } as unknown as Client)
  expect(databases.pointsPerSecond).toBeNull()
  expect(await databases.read(["db-a", "db-away"])).toEqual([expect.objectContaining({ token: "db-a" })])
  expect(databases.pointsPerSecond).toBe(50)

  vi.advanceTimersByTime(1_000)
  await databases.read(["db-a"])
  expect(asked).toHaveLength(2)
  vi.advanceTimersByTime(4_000)
  stored = 1500
  await databases.read(["db-a"])
  expect(databases.pointsPerSecond).toBe(200)

  vi.advanceTimersByTime(3_000)
  await databases.read([])
  expect(databases.pointsPerSecond).toBeNull()
})
