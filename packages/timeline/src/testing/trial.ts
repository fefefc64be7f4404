import assert from "node:assert/strict"
import { DataError } from "@metricq/protocol"
import { StorageError } from "../errors.js"
import { defaultLevelParameters, isSameParameters } from "../level-parameters.js"
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
  | { readonly op: "rename"; readonly metric: string; readonly name: string }
  | { readonly op: "check"; readonly metric: string; readonly seed: number }

export const options = (disk: TestDisk): Partial<StoreOptions> => ({
  disk,
  lock: false,
  compaction: true,
  fewRuns: 0,
  tuning: { blockPoints: 8, runPoints: 40, pointsPerRow: 2 },
})

/** A store and what it should hold. */
export class Trial {
  readonly models = new Map<string, MetricModel>()
  /** Points of appends, and of deletions, that were refused: some may be there. */
  readonly doubtful: { readonly metric: string; readonly points: NaivePoint[] }[] = []
  /** After a renaming that failed: times of points that one of these metrics must have. */
  readonly eitherOf: { readonly metrics: readonly string[]; readonly times: readonly bigint[] }[] = []
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
        await this.timeline.delete(step.metric)
        this.models.delete(step.metric)
        return
      case "deleteRange": {
        const { beginNs, endNs } = this.#rangeOf(step)
        await this.timeline.delete(step.metric, { beginNs, endNs })
        this.models.get(step.metric)?.delete(beginNs, endNs)
        return
      }
      case "rename":
        return this.#rename(step.metric, step.name)
      case "check":
        if (this.models.has(step.metric)) await this.check(step.metric, step.seed)
    }
  }

  /** The same, but that it may fail: then points may or may not have been stored, or deleted. Returns whether all is well. */
  async attempt(step: Step): Promise<boolean> {
    try {
      await this.run(step)
      return true
    } catch (error) {
      if (!this.timeline) return false
      assert(error instanceof StorageError)
      if (step.op === "rename") this.#doubtRename(step.metric, step.name)
      if (step.op.startsWith("delete")) this.eitherOf.length = 0
      if (step.op === "append") this.doubtful.push({ metric: step.metric, points: this.#pointsOf(step) })
      if (step.op === "delete") this.#doubt(step.metric, 0n, 2n ** 63n)
      if (step.op === "deleteRange") {
        const { beginNs, endNs } = this.#rangeOf(step)
        this.#doubt(step.metric, beginNs, endNs)
      }
      return false
    }
  }

  /** What must become one metric does, what must not is refused, and anything else is one of both, and whole. */
  async #rename(from: string, to: string): Promise<void> {
    const [old, other] = [this.models.get(from), this.models.get(to)]
    if (!old || from === to) return
    try {
      await this.timeline.rename(from, to)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      assert.equal(error.code, "has-history")
      assert(other && !areApart([...old.values.keys()], [...other.values.keys()]))
      return
    }
    for (const [ns, value] of old.values) {
      if (other?.values.has(ns)) assert(Object.is(other.values.get(ns), value))
    }
    const kept = this.timeline.info(to)!.parameters
    assert([old, other].some((model) => model && isSameParameters(model.parameters, kept)))
    const merged = new MetricModel(kept)
    for (const { values } of [old, other ?? old]) for (const [ns, value] of values) merged.values.set(ns, value)
    this.models.set(to, merged)
    this.models.delete(from)
  }

  /** Both may have what either had; nothing of it is gone. */
  #doubtRename(from: string, to: string): void {
    const times: bigint[] = []
    const points: NaivePoint[] = []
    for (const name of [from, to]) {
      for (const point of this.models.get(name)?.naive().points() ?? []) {
        times.push(point.ns)
        points.push(point)
      }
      this.models.delete(name)
    }
    this.eitherOf.push({ metrics: [from, to], times })
    for (const metric of [from, to]) this.doubtful.push({ metric, points })
  }

  /** A deletion that may or may not have taken place. */
  #doubt(metric: string, beginNs: bigint, endNs: bigint): void {
    const model = this.models.get(metric)
    if (!model) return
    this.doubtful.push({ metric, points: model.naive().raw(beginNs, endNs) })
    model.delete(beginNs, endNs)
    if (model.values.size === 0) this.models.delete(metric)
  }

  #rangeOf({ metric, seed }: { readonly metric: string; readonly seed: number }): { beginNs: bigint; endNs: bigint } {
    const points = this.models.get(metric)?.naive().points() ?? []
    const [a, b] = [drawnTime(points, seed), drawnTime(points, (seed * 17 + 3) % 2 ** 32)]
    return a < b ? { beginNs: a, endNs: b } : { beginNs: b, endNs: a }
  }

  /** All that was acknowledged must be there; what is there must have been appended; and all answers must follow from it. */
  async checkSurvivors(drawn: number): Promise<void> {
    for (const { metrics, times } of this.eitherOf) {
      const there = metrics.filter((name) => this.timeline.metrics().includes(name))
      const found = await Promise.all(there.map((name) => this.timeline.raw(name, 0n, 2n ** 62n)))
      const present = new Set(found.flatMap((columns) => [...columns.times]))
      assert.deepEqual(
        times.filter((ns) => !present.has(ns)),
        [],
      )
    }
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

/** Whether one has no time between the first and the last of the other. */
function areApart(some: readonly bigint[], others: readonly bigint[]): boolean {
  const isOutside = (times: readonly bigint[], of: readonly bigint[]) => {
    const [first, last] = [of.reduce((a, b) => (a < b ? a : b), 2n ** 63n), of.reduce((a, b) => (a > b ? a : b), 0n)]
    return times.every((time) => time < first || time > last)
  }
  return isOutside(some, others) || isOutside(others, some)
}
