import assert from "node:assert/strict"
import { StorageError } from "../errors.js"
import { defaultLevelParameters } from "../level-parameters.js"
import type { StoreOptions } from "../store/options.js"
import { Timeline } from "../timeline.js"
import { drawnParameters, drawnPoints, drawnTime } from "./drawn-points.js"
import type { NaivePoint } from "./naive-model.js"
import { expectSame, MetricModel, pointsOf } from "./store-model.js"
import type { TestDisk } from "./test-disk.js"

const FOLDER = "/store"
/** Something done to a store. */
export type Step =
  | {
      readonly op: "append"
      readonly metric: string
      readonly seeds: readonly number[]
      readonly startNs: number
      readonly shuffle: boolean
      /** How many times 52 days later. */
      readonly far: number
    }
  | { readonly op: "checkpoint" | "compact" }
  | { readonly op: "reopen"; readonly kill: boolean }
  | { readonly op: "declare"; readonly metric: string; readonly choice: number }
  | { readonly op: "delete"; readonly metric: string }
  | { readonly op: "deleteRange"; readonly metric: string; readonly seed: number }
  | { readonly op: "check"; readonly metric: string; readonly seed: number }

export const options = (disk: TestDisk): Partial<StoreOptions> => ({
  disk,
  lock: false,
  compaction: true,
  tuning: { blockPoints: 8, runPoints: 40, pointsPerRow: 2 },
})

/** A store and what it should hold. */
export class Trial {
  readonly models = new Map<string, MetricModel>()
  /** Appends that were refused: of them some points may be there. */
  readonly doubtful: { readonly metric: string; readonly points: NaivePoint[] }[] = []
  disk: TestDisk
  timeline!: Timeline

  constructor(disk: TestDisk) {
    this.disk = disk
  }

  async open(): Promise<void> {
    this.timeline = await Timeline.open(FOLDER, options(this.disk))
  }

  async run(step: Step): Promise<void> {
    switch (step.op) {
      case "append": {
        const points = this.#pointsOf(step)
        await this.timeline.append(step.metric, {
          times: BigInt64Array.from(points, ({ ns }) => ns),
          values: Float64Array.from(points, ({ value }) => value),
        })
        this.model(step.metric).append(points)
        return
      }
      case "compact":
        return this.timeline.compact()
      case "checkpoint":
        return this.timeline.checkpoint()
      case "reopen": {
        if (!step.kill) await this.timeline.close()
        this.disk = this.disk.afterKill()
        return this.open()
      }
      case "declare":
        this.model(step.metric).parameters = drawnParameters(step.choice)
        return this.timeline.declare(step.metric, drawnParameters(step.choice))
      case "delete":
        this.models.delete(step.metric)
        return this.timeline.delete(step.metric)
      case "deleteRange": {
        const model = this.models.get(step.metric)
        if (!model) return
        const points = model.naive().points()
        const [a, b] = [drawnTime(points, step.seed), drawnTime(points, (step.seed * 17 + 3) % 2 ** 32)]
        const [beginNs, endNs] = a < b ? [a, b] : [b, a]
        model.delete(beginNs, endNs)
        return this.timeline.delete(step.metric, { beginNs, endNs })
      }
      case "check":
        if (this.models.has(step.metric)) await this.check(step.metric, step.seed)
    }
  }

  /** The same, but that it may fail: then points may or may not have been stored. */
  async attempt(step: Step): Promise<void> {
    try {
      await this.run(step)
    } catch (error) {
      if (!this.timeline) return
      assert(error instanceof StorageError)
      if (step.op === "append") this.doubtful.push({ metric: step.metric, points: this.#pointsOf(step) })
    }
  }

  /** All that was acknowledged must be there; what is there must have been appended; and all answers must follow from it. */
  async checkSurvivors(drawn: number): Promise<void> {
    for (const name of new Set([...this.models.keys(), ...this.doubtful.map(({ metric }) => metric)])) {
      if (!this.timeline.metrics().includes(name)) {
        assert(!this.models.has(name))
        continue
      }
      const doubtful = this.doubtful.filter(({ metric }) => metric === name).flatMap(({ points }) => points)
      const isDoubtful = (point: NaivePoint) =>
        doubtful.some(({ ns, value }) => ns === point.ns && Object.is(value, point.value))
      const acknowledged = this.model(name).values
      const found = pointsOf(await this.timeline.raw(name, 0n, 2n ** 62n))
      for (const point of found) {
        if (!Object.is(acknowledged.get(point.ns), point.value))
          assert(isDoubtful(point), `${point.ns} has ${point.value}`)
      }
      const present = new Set(found.map(({ ns }) => ns))
      assert.deepEqual(
        [...acknowledged.keys()].filter((ns) => !present.has(ns)),
        [],
      )
      this.model(name).append(found)
      await this.check(name, drawn)
    }
  }

  #pointsOf({ seeds, startNs, shuffle, far }: Step & { op: "append" }): NaivePoint[] {
    const shiftNs = BigInt(far) * 2n ** 52n
    const points = drawnPoints(seeds, startNs).map(({ ns, value }) => ({ ns: ns + shiftNs, value }))
    return shuffle ? points.reverse() : points
  }

  model(name: string): MetricModel {
    const model = this.models.get(name) ?? new MetricModel(defaultLevelParameters)
    this.models.set(name, model)
    return model
  }

  async check(name: string, drawn: number): Promise<void> {
    await expectSame(this.timeline, name, this.model(name), drawn)
  }

  async checkAll(drawn: number): Promise<void> {
    assert.deepEqual(this.timeline.metrics().sort(), [...this.models.keys()].sort())
    for (const name of this.models.keys()) await this.check(name, drawn)
  }
}
