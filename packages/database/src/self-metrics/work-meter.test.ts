import { expect, test } from "vitest"
import { WorkMeter } from "./work-meter.js"

function meter() {
  const clock = { ms: 0 }
  return { clock, work: new WorkMeter({ now: () => clock.ms }) }
}

test("rates, waiting times and utilization are those since the sample before", () => {
  const { clock, work } = meter()
  work.arrive()
  work.arrive()
  clock.ms = 100
  work.start()
  clock.ms = 200
  work.end(1000)
  work.start()
  clock.ms = 700
  work.fail()
  clock.ms = 1000
  expect(work.sample()).toEqual({
    requestRate: 2,
    dataRate: 1000,
    pendingS: expect.closeTo(0.15, 9),
    utilization: expect.closeTo(0.6, 9),
    pendingCount: 0,
    activeCount: 0,
    failedCount: 1,
  })
  clock.ms = 2000
  expect(work.sample()).toMatchObject({ requestRate: 0, dataRate: 0, pendingS: 0, utilization: 0, failedCount: 1 })
})

test("what is under way is counted as it stands", () => {
  const { clock, work } = meter()
  for (let i = 0; i < 3; i++) work.arrive()
  work.start()
  clock.ms = 500
  expect(work.sample()).toMatchObject({ pendingCount: 2, activeCount: 1, utilization: 1 })
  expect([work.pending, work.active, work.failed]).toEqual([2, 1, 0])
})

test("where the waiting is the work, it is what utilization is about", () => {
  const clock = { ms: 0 }
  const work = new WorkMeter({ waitingIsWork: true, now: () => clock.ms })
  work.arrive()
  clock.ms = 250
  work.start()
  work.end(16)
  clock.ms = 1000
  expect(work.sample()).toMatchObject({ pendingS: 0.25, utilization: 0.25, dataRate: 16 })
})
