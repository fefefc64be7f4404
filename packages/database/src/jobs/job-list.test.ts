import { silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { type JobContext, JobList } from "./job-list.js"

/** Work that ends when it is told to. */
function held() {
  let settle: { resolve(result: object): void; reject(error: Error): void } | undefined
  const begun: JobContext[] = []
  const work = (context: JobContext) =>
    new Promise<Record<string, number>>((resolve, reject) => {
      begun.push(context)
      settle = { resolve: resolve as never, reject }
      context.signal.addEventListener("abort", () => reject(context.signal.reason))
    })
  return {
    work,
    begun,
    end: (result: object) => settle?.resolve(result),
    fail: (error: Error) => settle?.reject(error),
  }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test("jobs run one after the other, and tell how far they are and what came out", async () => {
  const jobs = new JobList(silentLogger)
  const [first, second] = [held(), held()]
  jobs.add("verify", { all: true }, "ann", first.work)
  jobs.add("compact", {}, "ann", second.work)
  expect(jobs.list().map(({ job, state }) => [job, state])).toEqual([
    [2, "waiting"],
    [1, "waiting"],
  ])
  await turn()
  expect(second.begun).toHaveLength(0)
  first.begun[0]?.progress({ files: 3 })
  expect(jobs.get(1)).toMatchObject({ kind: "verify", state: "running", progress: { files: 3 }, user: "ann" })
  first.end({ damaged: 0 })
  expect(await jobs.wait(1, 1000)).toMatchObject({ state: "done", result: { damaged: 0 } })
  await turn()
  second.fail(new Error("disk is full"))
  expect(await jobs.wait(2, 1000)).toMatchObject({ state: "failed", failure: "disk is full" })
})

test("waiting for a job ends in time", async () => {
  const jobs = new JobList(silentLogger)
  jobs.add("verify", {}, "ann", held().work)
  expect(await jobs.wait(1, 1)).toMatchObject({ state: "running" })
  await jobs.stop()
})

test("a job can be cancelled while it waits and while it runs", async () => {
  const jobs = new JobList(silentLogger)
  const [first, second] = [held(), held()]
  jobs.add("import", {}, "ann", first.work)
  jobs.add("import", {}, "ann", second.work)
  await turn()
  expect(jobs.cancel(2).state).toBe("cancelled")
  jobs.cancel(1)
  expect(await jobs.wait(1, 1000)).toMatchObject({ state: "cancelled", failure: "job 1 was cancelled" })
  expect(second.begun).toHaveLength(0)
  expect(jobs.cancel(1).state).toBe("cancelled")
  expect(() => jobs.cancel(3)).toThrow(/there is no job 3/)
})

test("what waits and what is remembered is bounded", async () => {
  const jobs = new JobList(silentLogger)
  for (let i = 0; i < 20; i++) jobs.add("verify", {}, "ann", async () => ({}))
  expect(() => jobs.add("verify", {}, "ann", async () => ({}))).toThrow(/20 jobs are waiting/)
  await jobs.wait(20, 1000)
  for (let i = 21; i <= 150; i++) {
    jobs.add("verify", {}, "ann", async () => ({}))
    await jobs.wait(i, 1000)
  }
  expect(jobs.list()).toHaveLength(100)
  expect(() => jobs.get(50)).toThrow(/there is no job 50/)
})

test("a stop cancels all, and waits", async () => {
  const jobs = new JobList(silentLogger)
  const [first, second] = [held(), held()]
  jobs.add("verify", {}, "ann", first.work)
  jobs.add("verify", {}, "ann", second.work)
  await turn()
  await jobs.stop()
  expect(jobs.list().map(({ state }) => state)).toEqual(["cancelled", "cancelled"])
  expect(() => jobs.add("verify", {}, "ann", first.work)).toThrow(/stopping/)
})
