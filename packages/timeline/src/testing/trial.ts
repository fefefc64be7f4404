import fc from "fast-check"
import { expect } from "vitest"
import { StorageError } from "../errors.js"
import { defaultLevelParameters } from "../level-parameters.js"
import type { StoreOptions } from "../store/options.js"
import { Timeline } from "../timeline.js"
import { drawnParameters, drawnPoints, SEEDS } from "./drawn-points.js"
import type { NaivePoint } from "./naive-model.js"
import { expectSame, MetricModel, pointsOf } from "./store-model.js"
import type { TestDisk } from "./test-disk.js"

const FOLDER = "/store"
export const seed = fc.nat(SEEDS - 1)
const metric = fc.constantFrom("lab.a", "lab.b")

const append = fc.record({
  op: fc.constant("append" as const),
  metric,
  seeds: fc.array(seed, { minLength: 1, maxLength: 30 }),
  startNs: fc.nat(40).map((us) => us * 500),
  shuffle: fc.boolean(),
})

/** Something done to a store. */
export const step = fc.oneof(
  { weight: 8, arbitrary: append },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("checkpoint" as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("compact" as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("reopen" as const), kill: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("declare" as const), metric, choice: fc.nat(62) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("delete" as const), metric }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("check" as const), metric, seed }) },
)
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

export const options = (disk: TestDisk): Partial<StoreOptions> => ({
  disk,
  lock: false,
  compaction: false,
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
      expect(error).toBeInstanceOf(StorageError)
      if (step.op === "append") this.doubtful.push({ metric: step.metric, points: this.#pointsOf(step) })
    }
  }

  /** All that was acknowledged must be there; what is there must have been appended; and all answers must follow from it. */
  async checkSurvivors(drawn: number): Promise<void> {
    for (const name of new Set([...this.models.keys(), ...this.doubtful.map(({ metric }) => metric)])) {
      if (!this.timeline.metrics().includes(name)) {
        expect(this.models.has(name)).toBe(false)
        continue
      }
      const doubtful = this.doubtful.filter(({ metric }) => metric === name).flatMap(({ points }) => points)
      const isDoubtful = (point: NaivePoint) =>
        doubtful.some(({ ns, value }) => ns === point.ns && Object.is(value, point.value))
      const acknowledged = this.model(name).values
      const found = pointsOf(await this.timeline.raw(name, 0n, 2n ** 62n))
      for (const point of found) {
        if (!Object.is(acknowledged.get(point.ns), point.value)) expect(isDoubtful(point)).toBe(true)
      }
      const present = new Set(found.map(({ ns }) => ns))
      expect([...acknowledged.keys()].filter((ns) => !present.has(ns))).toEqual([])
      this.model(name).append(found)
      await this.check(name, drawn)
    }
  }

  #pointsOf({ seeds, startNs, shuffle }: Step & { op: "append" }): NaivePoint[] {
    const points = drawnPoints(seeds, startNs)
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
    expect(this.timeline.metrics().sort()).toEqual([...this.models.keys()].sort())
    for (const name of this.models.keys()) await this.check(name, drawn)
  }
}
