import type { Client } from "@metricq/client"
import { expect, test, vi } from "vitest"
import { QueueBacklog } from "./queue-backlog.js"

const backlogOf = (rpc: () => Promise<unknown>) => new QueueBacklog({ rpc } as unknown as Client)
const queue = (token: string, messages: number | null, consumers: number | null) => ({ token, messages, consumers })

test("the queues of a client are added up, and those that were not looked at left out", async () => {
  const queues = [queue("db-a", 7, 1), queue("db-a", 3, 0), queue("db-b", 0, 1), queue("db-c", null, null)]
  expect(Object.fromEntries(await backlogOf(async () => ({ queues })).read())).toEqual({
    "db-a": { messages: 10, unread: 1 },
    "db-b": { messages: 0, unread: 0 },
  })
})

test("queues are read every ten seconds, and nobody waits for it but the first", async (t) => {
  vi.useFakeTimers({ toFake: ["performance"] })
  t.onTestFinished(() => void vi.useRealTimers())
  let asked = 0
  const answers: ((answer: unknown) => void)[] = []
  const backlog = backlogOf(() => {
    asked += 1
    return new Promise((resolve) => answers.push(resolve))
  })
  const first = backlog.read()
  answers[0]?.({ queues: [queue("db-a", 1, 1)] })
  expect((await first).get("db-a")?.messages).toBe(1)
  expect(await backlog.read()).toBe(await first)
  expect(asked).toBe(1)
  vi.advanceTimersByTime(11_000)
  expect(await backlog.read()).toBe(await first)
  answers[1]?.({ queues: [] })
  await vi.waitFor(async () => expect((await backlog.read()).size).toBe(0))
  expect(asked).toBe(2)
})

test("a manager that does not tell, or says nothing, keeps no list of clients from being shown", async () => {
  const refusing = backlogOf(async () => {
    throw new Error("needs an administrator")
  })
  const known = await refusing.read()
  expect(known.size).toBe(0)
  expect(await refusing.read()).toBe(known)
  expect((await backlogOf(() => new Promise(() => {})).read()).size).toBe(0)
})
