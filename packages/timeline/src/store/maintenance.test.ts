import { expect, test } from "vitest"
import { Maintenance } from "./maintenance.js"

/** Work in the background that goes on until it is aborted, or let go. */
function stubborn() {
  const log: string[] = []
  let release = () => {}
  const maintenance = new Maintenance(async (signal) => {
    log.push("begin")
    await new Promise<void>((resolve, reject) => {
      release = resolve
      signal.addEventListener("abort", () => reject(signal.reason))
    })
    log.push("end")
  })
  return { log, maintenance, release: () => release() }
}

test("what is asked for interrupts the background, which begins anew afterwards", async () => {
  const { log, maintenance, release } = stubborn()
  maintenance.kick()
  await expect.poll(() => log).toEqual(["begin"])
  const results = await Promise.all([
    maintenance.run(async () => {
      log.push("first")
      return 1
    }),
    maintenance.run(async () => {
      log.push("second")
      return 2
    }),
  ])
  expect(results).toEqual([1, 2])
  await expect.poll(() => log).toEqual(["begin", "first", "second", "begin"])
  release()
  await expect.poll(() => log.at(-1)).toBe("end")
  await maintenance.close(new Error("closed"))
})

test("a failure is that of who asked, and the next goes on", async () => {
  const { maintenance } = stubborn()
  await expect(maintenance.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no")
  expect(await maintenance.run(async () => "yes")).toBe("yes")
})

test("closing ends the background for good", async () => {
  const { log, maintenance } = stubborn()
  maintenance.kick()
  await expect.poll(() => log).toEqual(["begin"])
  await maintenance.close(new Error("closed"))
  maintenance.kick()
  await new Promise((resolve) => setImmediate(resolve))
  expect(log).toEqual(["begin"])
})
