import { expect, test } from "vitest"
import { AgentRunner, type RunningAgent } from "./agent-runner.js"

/** Agents that do what a script says, one entry for each life. */
function scripted(script: ("refuses" | "runs")[]) {
  const lives: { end(error?: Error): void; stops: number }[] = []
  const create = async (): Promise<RunningAgent> => {
    const does = script[lives.length] ?? "runs"
    let settle: { resolve(): void; reject(error: Error): void }
    const stopped = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject }
    })
    stopped.catch(() => {})
    const life = { stops: 0, end: (error?: Error) => (error ? settle.reject(error) : settle.resolve()) }
    lives.push(life)
    return {
      connect: async () => {
        if (does === "refuses") throw new Error("no configuration")
      },
      stopped: () => stopped,
      stop: async () => {
        life.stops += 1
        life.end()
      },
    }
  }
  return { lives, create }
}

function runner(create: () => Promise<RunningAgent>) {
  const events: string[] = []
  const waiting: (() => void)[] = []
  const happened = (event: string) => {
    events.push(event)
    for (const wake of waiting.splice(0)) wake()
  }
  const until = async (count: number) => {
    while (events.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const made = new AgentRunner({
    token: "source-a",
    create,
    firstPauseMs: 1,
    onRunning: () => happened("runs"),
    onTrouble: (reason, retryMs) => happened(`${reason}, again in ${retryMs} ms`),
  })
  return { made, events, until }
}

test("an agent that ends is started again, and the same trouble is told once", async () => {
  const { lives, create } = scripted(["refuses", "refuses", "refuses", "runs", "runs"])
  const { made, events, until } = runner(create)
  await made.start()
  expect(events).toEqual(["no configuration, again in 1 ms"])
  await until(2)
  expect(events).toEqual(["no configuration, again in 1 ms", "runs"])
  expect(lives).toHaveLength(4)
  lives[3]?.end(new Error("device is gone"))
  await until(4)
  expect(events.slice(2)).toEqual(["device is gone, again in 1 ms", "runs"])
  await made.stop()
  expect(lives[4]?.stops).toBe(1)
})

test("stop ends a pause, and no new life begins", async () => {
  const { lives, create } = scripted(["refuses"])
  const made = new AgentRunner({ token: "a", create, firstPauseMs: 60_000, onRunning: () => {}, onTrouble: () => {} })
  await made.start()
  await made.stop()
  expect(lives).toHaveLength(1)
})

test("a stop while the agent is being made ends it", async () => {
  const { create } = scripted([])
  let finish: () => void = () => {}
  const slow = async () => {
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    return create()
  }
  const { made, events } = runner(slow)
  const started = made.start()
  const stopped = made.stop()
  finish()
  await Promise.all([started, stopped])
  expect(events).toEqual([])
})
