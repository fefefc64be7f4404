import { once } from "node:events"
import { expect, type TestContext, test } from "vitest"
import { kills, printLoss } from "./kills.js"
import { noPositions, type Positions, pointsOf } from "./load-plan.js"
import { describeWithPowerLoss, PowerSupply } from "./power-loss.js"
import { checkStore } from "./store-check.js"
import type { LoadReport } from "./store-load.js"

const ENOSPC = 28
const EIO = 5
const EROFS = 30

/** A process that stores points, and what it has said it stored. */
class Load {
  readonly stored: Positions
  readonly #ended: Promise<"ended">
  #heard: LoadReport[] = []
  #changed: (() => void) | undefined

  constructor(supply: PowerSupply, positions: Positions, seed: number) {
    this.stored = structuredClone(positions)
    const args = [supply.folder, JSON.stringify(positions), String(seed)]
    const child = supply.start(new URL("./store-load.js", import.meta.url), args)
    this.#ended = once(child, "close").then(() => "ended")
    child.on("message", (report: LoadReport) => {
      if ("stored" in report) {
        const [metric, stream, points] = report.stored
        this.stored[metric]![stream] = points
      }
      this.#heard.push(report)
      this.#changed?.()
    })
  }

  /** Waits until more of every stream is stored: an append that never settles would hold its stream up. */
  async untilAllGrow(): Promise<void> {
    const before = this.stored.flat()
    while (this.stored.flat().some((count, stream) => count <= before[stream]!)) {
      if ((await this.next("stored")) === undefined) throw new Error("the process has ended")
    }
  }

  /** The next report with this key, from now on; undefined if the process ends first. */
  async next<Key extends string>(key: Key): Promise<Extract<LoadReport, Record<Key, unknown>> | undefined> {
    for (;;) {
      for (let report = this.#heard.shift(); report !== undefined; report = this.#heard.shift()) {
        if (key in report) return report as Extract<LoadReport, Record<Key, unknown>>
      }
      const change = new Promise<void>((resolve) => {
        this.#changed = resolve
      })
      if ((await Promise.race([change, this.#ended])) === "ended") return undefined
    }
  }
}

/** After so many crashes a new folder, or looking at all points of one would take ever longer. */
const CRASHES_OF_A_FOLDER = 20

/** Runs the load until the power fails, again and again in the same folder, and looks each time at what the disk has kept. */
async function crashAgainAndAgain(
  t: TestContext,
  crashes: number,
  cut: (supply: PowerSupply, load: Load, round: number) => Promise<void>,
): Promise<void> {
  let supply = await PowerSupply.make(t)
  let positions = noPositions()
  let [acknowledged, stored, slowestMs] = [0, 0, 0]
  for (let round = 1; round <= crashes; round++) {
    if (round % CRASHES_OF_A_FOLDER === 0) {
      supply = await PowerSupply.make(t)
      positions = noPositions()
    }
    const load = new Load(supply, positions, round)
    await cut(supply, load, round)
    const found = await checkStore(supply.folder, load.stored)
    slowestMs = Math.max(slowestMs, found.openMs)
    acknowledged += pointsOf(load.stored) - pointsOf(positions)
    stored += pointsOf(found.positions) - pointsOf(positions)
    positions = found.positions
  }
  printLoss({ crashes, acknowledged, stored, slowestMs })
  expect(acknowledged).toBeGreaterThan(0)
  expect(slowestMs).toBeLessThan(5000)
}

describeWithPowerLoss("the store when the power fails", () => {
  test(
    "what was not synced is forgotten: nothing resolved is lost, and aggregates are those of the points",
    { timeout: 3_600_000 },
    (t) =>
      crashAgainAndAgain(t, kills(8), async (supply, load, round) => {
        for (let report = 0; report < 1 + ((round * 37) % 300); report++) await load.next("stored")
        await supply.cut(0)
      }),
  )

  test("some of what was not synced is kept, out of order and torn", { timeout: 3_600_000 }, (t) =>
    crashAgainAndAgain(t, kills(8), async (supply, load, round) => {
      for (let report = 0; report < 1 + ((round * 53) % 300); report++) await load.next("stored")
      await supply.cut(round)
    }),
  )

  test("the power fails again while the store is opened", { timeout: 3_600_000 }, (t) =>
    crashAgainAndAgain(t, kills(10), async (supply, load, round) => {
      if (round % 2 === 0) {
        await supply.cutAfter(1 + ((round * 7) % 61), round % 4)
        await supply.ended()
      } else {
        for (let report = 0; report < 100; report++) await load.next("stored")
        await supply.cut(round % 4)
      }
    }),
  )
})

describeWithPowerLoss("the store when the disk fails", () => {
  test.for([
    ["no space left", "write", -ENOSPC, "disk-full"],
    ["the disk is read-only", "write", EROFS, "read-only"],
    ["writes fail", "write", EIO, "io"],
    ["syncs fail", "sync", EIO, "io"],
    ["files cannot be made", "name", ENOSPC, "disk-full"],
  ] as const)(
    "%s: appends are refused with a named error, and go on by themselves",
    { timeout: 60_000 },
    async ([, operation, errno, code], t) => {
      const supply = await PowerSupply.make(t)
      const load = new Load(supply, noPositions(), 1)
      await load.next("stored")
      for (let round = 0; round < 3; round++) {
        await supply.fail(operation, errno, 1_000_000)
        expect(await load.next("failed")).toEqual({ failed: code })
        await supply.heal()
        expect(await load.next("resumed")).toEqual({ resumed: true })
        await load.untilAllGrow()
      }
      await supply.cut(0)
      const { positions } = await checkStore(supply.folder, load.stored)
      expect(pointsOf(positions)).toBeGreaterThanOrEqual(pointsOf(load.stored))
    },
  )
})
