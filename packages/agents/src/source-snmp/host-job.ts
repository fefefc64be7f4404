import { DataError, Timestamp } from "@metricq/client"
import type { Varbind } from "net-snmp"
import type { FailurePolicy } from "../kit/fields/failure.js"
import { type Schedule, scheduleOf } from "../kit/fields/schedule.js"
import type { Job, Opening, Round, Target } from "../kit/polling/job.js"
import { type Access, requestMs } from "./access.js"
import { readColumns } from "./columns-reader.js"
import type { ObjectMetric } from "./metric.js"
import { contentOf } from "./object-value.js"
import { ObjectsReader } from "./objects-reader.js"
import type { Lease, SessionPool } from "./session-pool.js"
import type { Table } from "./table.js"

/** Since when the host counts, in hundredths of a second. */
const SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"
/** Requests that a table may need. */
const TABLE_REQUESTS = 10

/** What of a host is read at one interval. */
export interface HostPlan {
  /** Names the host in logs and in the metrics about it. */
  readonly name: string
  readonly access: Access
  readonly interval: number | string
  readonly onFailure: FailurePolicy
  readonly maxOids: number
  /** By OID. */
  readonly objects: ReadonlyMap<string, ObjectMetric>
  readonly tables: readonly Table[]
  readonly hasCounters: boolean
  /** What objects and tables are made of, as text. */
  readonly key: string
}

/** All objects of a host that have the same interval: one request, as long as an answer can hold them. */
export class HostJob implements Job {
  readonly key: string
  readonly schedule: Schedule
  readonly timeoutMs: number
  readonly onFailure: FailurePolicy
  readonly targets: readonly [Target]
  readonly #plan: HostPlan
  readonly #pool: SessionPool
  readonly #reader: ObjectsReader
  readonly #oids: readonly string[]
  /** Metrics of tables that can be sent. */
  readonly #declared = new Set<string>()
  /** Those that have been read with their metrics declared. */
  readonly #readyTables = new Set<Table>()
  #isDeclaring = false
  #upTime: number | undefined
  #lease: Lease | undefined
  #opening: Opening | undefined
  #hasFailed = false

  constructor(plan: HostPlan, shared: Parameters<typeof scheduleOf>[1], pool: SessionPool) {
    const { name, access, interval, objects, tables, onFailure, maxOids, hasCounters } = plan
    this.#plan = plan
    this.#pool = pool
    this.#reader = new ObjectsReader(maxOids)
    this.#oids = [...new Set([...(hasCounters ? [SYS_UP_TIME] : []), ...objects.keys()])]
    this.schedule = scheduleOf(interval, shared)
    this.onFailure = onFailure
    const requests = Math.ceil(this.#oids.length / maxOids) + TABLE_REQUESTS * tables.length
    this.timeoutMs = requestMs(access) * (requests + 1)
    this.targets = [
      { name, metrics: Object.fromEntries([...objects.values()].map(({ name: metric, polled }) => [metric, polled])) },
    ]
    this.key = JSON.stringify([name, access, maxOids, plan.key, this.schedule, onFailure])
  }

  async open(opening: Opening): Promise<void> {
    this.#opening = opening
    this.#hasFailed = false
    this.#lease = await this.#pool.take(this.#plan.access, opening.signal)
  }

  /** Points have the time at which their answer came. */
  async poll(round: Round): Promise<void> {
    try {
      await this.#readObjects(round)
      for (const table of this.#plan.tables) await this.#readTable(table, round)
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
  }

  close(): void {
    const lease = this.#lease
    this.#lease = undefined
    lease?.leave(this.#hasFailed)
  }

  get #session() {
    if (this.#lease === undefined) throw new DataError("closed", `${this.#plan.name}: the session is closed`)
    return this.#lease.session
  }

  async #readObjects(round: Round): Promise<void> {
    const [target] = this.targets
    const onAnswer = (varbinds: readonly Varbind[]) => {
      const time = Timestamp.now()
      for (const varbind of varbinds) {
        if (varbind.oid === SYS_UP_TIME) this.#checkUpTime(varbind)
        const metric = this.#plan.objects.get(varbind.oid)
        if (metric !== undefined) send(round, target, metric, varbind, time)
      }
    }
    const onMissing = (oid: string, error: unknown) => {
      const metric = this.#plan.objects.get(oid)
      if (metric !== undefined) round.missing(target, metric.name, error)
    }
    await this.#reader.read(this.#session, this.#oids, { onAnswer, onMissing }, round.signal)
  }

  async #readTable(table: Table, round: Round): Promise<void> {
    const [target] = this.targets
    const rows = await readColumns(this.#session, table.columns, this.#reader.maxOids, round.signal)
    const readings = table.readings(rows)
    await this.#declareNew(
      table,
      readings.map(({ metric }) => metric),
    )
    for (const { metric, cell } of readings) {
      if (this.#declared.has(metric.name)) send(round, target, metric, cell.varbind, cell.time)
    }
    for (const { name } of table.absent()) round.missing(target, name, new DataError("no-value", "the row is gone"))
    const forgotten = table.forgotten()
    this.#opening?.forget(target, forgotten)
    for (const name of forgotten) this.#declared.delete(name)
  }

  /** Waits for the manager only the first time: later a round must not be held up by it. */
  async #declareNew(table: Table, metrics: readonly ObjectMetric[]): Promise<void> {
    const unknown = metrics.filter(({ name }) => !this.#declared.has(name))
    if (unknown.length === 0 || this.#isDeclaring) return
    this.#isDeclaring = true
    const declaring = this.#declare(unknown).finally(() => {
      this.#isDeclaring = false
    })
    // What fails is new again in the next round.
    if (this.#readyTables.has(table)) declaring.catch(() => undefined)
    else await declaring
    this.#readyTables.add(table)
  }

  async #declare(metrics: readonly ObjectMetric[]): Promise<void> {
    const [target] = this.targets
    await this.#opening?.declare(target, Object.fromEntries(metrics.map(({ name, polled }) => [name, polled])))
    for (const { name } of metrics) this.#declared.add(name)
  }

  /** A host that was started anew counts from zero, which is no running over. */
  #checkUpTime(varbind: Varbind): void {
    const upTime = upTimeOf(varbind)
    if (upTime === undefined) return
    const hasRestarted = this.#upTime !== undefined && upTime < this.#upTime
    this.#upTime = upTime
    if (!hasRestarted) return
    for (const { value } of this.#plan.objects.values()) value.reset()
    for (const table of this.#plan.tables) table.reset()
  }
}

function upTimeOf(varbind: Varbind): number | undefined {
  try {
    return Number(contentOf(varbind))
  } catch {
    return undefined
  }
}

function send(round: Round, target: Target, { name, value }: ObjectMetric, varbind: Varbind, time: Timestamp): void {
  try {
    const number = value.read(varbind, time)
    if (number !== undefined) round.send(name, number, time)
  } catch (error) {
    round.missing(target, name, error)
  }
}
