import { silentLogger } from "@metricq/client"
import { expect, onTestFinished, test } from "vitest"
import { DatabaseThread } from "./database-thread.js"

/** A thread that runs these lines instead of a database; `tell` posts a message, `stop` is called when it is told to stop. */
function threadOf(lines: string) {
  const warnings: [string, unknown][] = []
  const logger = { ...silentLogger, warn: (line: string, fields?: object) => void warnings.push([line, fields]) }
  const script = `
    import { parentPort, workerData } from "node:worker_threads"
    const tell = (message) => parentPort.postMessage(message)
    let stop = () => parentPort.close()
    parentPort.on("message", () => stop())
    ${lines}`
  const thread = new DatabaseThread(
    { token: "db-test", url: "amqp://localhost/", folder: "/nowhere", administrators: [], logLevel: "warn", logger },
    new URL(`data:text/javascript,${encodeURIComponent(script)}`),
  )
  onTestFinished(() => thread.stop())
  return { thread, warnings }
}

const ready = `tell({ type: "ready", metrics: 7 });`

test("a thread is connected when it says so, and its log lines come through", async () => {
  const { thread, warnings } = threadOf(`
    tell({ type: "log", level: "warn", message: "disk is nearly full", fields: { folder: workerData.folder } })
    ${ready}`)
  await thread.connect()
  expect(thread.metrics).toBe(7)
  expect(warnings).toEqual([["disk is nearly full", { folder: "/nowhere" }]])
  await thread.stop()
  await thread.stopped()
})

test("why it does not start is told in its own words", async () => {
  const { thread } = threadOf(`tell({ type: "failed", reason: "the folder is in use" }); parentPort.close()`)
  await expect(thread.connect()).rejects.toThrow("the folder is in use")
})

test("a crash is told, and its successor knows that there was one before", async () => {
  const crash = `if (workerData.isSuccessor !== true) setTimeout(() => { throw new Error("out of luck") })`
  const { thread } = threadOf(`${ready} ${crash}`)
  await thread.connect()
  await expect(thread.stopped()).rejects.toThrow("it crashed: out of luck")
  const next = thread.successor()
  await next.connect()
  await next.stop()
  await next.stopped()
})

test("a thread that does not end when told to is ended", async () => {
  const { thread } = threadOf(`stop = () => { for (;;) {} }; ${ready}`)
  await thread.connect()
  const before = performance.now()
  await thread.stop()
  expect(performance.now() - before).toBeLessThan(2000)
  await thread.stopped()
})

test("one that was never started can be stopped", async () => {
  await threadOf(ready).thread.stop()
})
