import { createHash } from "node:crypto"
import { checkMetricName, DataError, FailureLog, type Logger, type Metadata } from "@metricq/client"
import type { Introduction } from "../kit/bacnet/introduction.js"
import { DEVICE_TYPE, type ObjectId, printObject, typeLabel } from "../kit/bacnet/names.js"
import type { ObjectCache, ObjectInfo } from "../kit/bacnet/object-cache.js"
import { ValuesJob, type ValuesPlan } from "../kit/bacnet/values-job.js"
import type { FailurePolicy } from "../kit/fields/failure.js"
import type { Opening, PolledMetric } from "../kit/polling/job.js"
import type { NameClaims } from "./name-claims.js"
import { type NamingRules, nameObject, needsWord } from "./naming.js"
import { ObjectInfos } from "./object-infos.js"

/** An object of the configuration, with what its group says. */
export interface PlannedObject extends ObjectId {
  readonly description: string
  readonly nanAtTimeout: boolean
  readonly onFailure: FailurePolicy | undefined
}

/** What the job of a device's objects needs to know beyond that of any values. */
export interface ObjectsPlan extends Omit<ValuesPlan, "key" | "metrics" | "timeOf"> {
  readonly objects: readonly PlannedObject[]
  readonly metricId: string
  readonly deviceIdentifier: number | undefined
  readonly rules: NamingRules
}

/** What the jobs of a source share. */
export interface ObjectsContext {
  readonly cache: ObjectCache
  readonly claims: NameClaims
  readonly logger: Logger
}

/** NaN after six intervals without a value, at five intervals after the last one. */
const SILENT_INTERVALS = 6
const NAN_INTERVALS = 5
/** What a device did not know is asked for again. */
const ASK_AGAIN_MS = 600_000

/** Objects of a device that have the same interval; their metrics have the names that the device gives them. */
export class ObjectsJob extends ValuesJob {
  readonly #plan: ObjectsPlan
  readonly #context: ObjectsContext
  readonly #infos: ObjectInfos
  readonly #problems: FailureLog
  /** The name of each object's metric, once it is known and declared. */
  readonly #names = new Map<string, string>()
  #device: ObjectInfo = {}
  #askAgain: { atMs: number; opening: Opening; vendor: number | undefined } | undefined
  #isAsking = false

  constructor(plan: ObjectsPlan, context: ObjectsContext) {
    super({ ...plan, key: keyOf(plan), metrics: {}, timeOf: "arrival" })
    this.#plan = plan
    this.#context = context
    this.#infos = new ObjectInfos(context.cache, plan.target)
    this.#problems = new FailureLog(context.logger)
  }

  /** What is known from earlier is declared first, so that there are metrics even while the device is away. */
  override async open(opening: Opening): Promise<void> {
    const instance = this.#plan.deviceIdentifier ?? this.#context.cache.deviceAt(this.#plan.target)
    if (instance !== undefined) this.#device = this.#infos.known({ type: DEVICE_TYPE, instance }) ?? {}
    await this.#declare(opening)
    await super.open(opening)
  }

  protected override async prepare(opening: Opening, { instance, vendor }: Introduction): Promise<void> {
    const { deviceIdentifier, objects, target } = this.#plan
    if (deviceIdentifier !== undefined && instance !== undefined && instance !== deviceIdentifier)
      this.#context.logger.warn(`${target}: the device calls itself ${instance}, the configuration ${deviceIdentifier}`)
    const device = { type: DEVICE_TYPE, instance: instance ?? deviceIdentifier ?? -1 }
    if (device.instance >= 0) await this.#infos.learn(this.session, [device], vendor, opening.signal)
    this.#device = this.#infos.known(device) ?? this.#device
    await this.#learn(opening, objects, vendor, opening.signal)
  }

  protected override objects(): readonly ObjectId[] {
    this.#askWhatIsMissing()
    return this.#plan.objects.filter((object) => this.#names.has(printObject(object)))
  }

  protected override metricsOf(object: ObjectId): readonly string[] {
    const name = this.#names.get(printObject(object))
    return name === undefined ? [] : [name]
  }

  async #learn(
    opening: Opening,
    objects: readonly ObjectId[],
    vendor: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    let isComplete = true
    await this.#infos.learn(this.session, objects, vendor, signal, (object, error) => {
      isComplete = false
      this.#problems.add(`${this.#plan.target}: ${printObject(object)}`, error)
    })
    await this.#declare(opening)
    this.#askAgain = isComplete ? undefined : { atMs: performance.now() + ASK_AGAIN_MS, opening, vendor }
  }

  /** In the background: the values of the others need not wait. */
  #askWhatIsMissing(): void {
    const later = this.#askAgain
    if (later === undefined || this.#isAsking || performance.now() < later.atMs) return
    this.#isAsking = true
    const missing = this.#plan.objects.filter((object) => !this.#names.has(printObject(object)))
    const signal = AbortSignal.timeout(this.timeoutMs)
    this.#learn(later.opening, missing, later.vendor, signal)
      .catch(() => undefined)
      .finally(() => {
        this.#isAsking = false
      })
  }

  /** Declares what has a name now, and had none or another before. */
  async #declare(opening: Opening): Promise<void> {
    const metrics: Record<string, PolledMetric> = Object.create(null)
    const names = new Map<string, string>()
    for (const object of this.#plan.objects) {
      const info = this.#infos.known(object)
      if (info?.objectName === undefined) continue
      try {
        const { name, metadata } = this.#describe(object, info)
        names.set(printObject(object), name)
        metrics[name] = { metadata, ...this.#policyOf(object) }
      } catch (error) {
        this.#problems.add(`${this.#plan.target}: ${printObject(object)}`, error)
      }
    }
    await opening.declare(this.targets[0], metrics)
    const left = [...names.keys()].map((object) => this.#names.get(object) ?? "").filter((name) => !(name in metrics))
    opening.forget(this.targets[0], left)
    for (const [object, name] of names) this.#names.set(object, name)
  }

  /** @throws {DataError} if there is no name that the metric can have */
  #describe(object: PlannedObject, info: ObjectInfo): { name: string; metadata: Metadata } {
    const { metricId, rules, target, schedule } = this.#plan
    if (needsWord(metricId, "deviceName") && this.#device.objectName === undefined)
      throw new DataError("bacnet-name", "the name of the device is not known")
    const { name, description } = nameObject(rules, { metricId, description: object.description }, this.#device, info)
    checkMetricName(name)
    const self = `${target} ${printObject(object)}`
    const owner = this.#context.claims.claim(name, { job: this.key, object: self })
    if (owner !== self) throw new DataError("bacnet-name", `the name ${name} belongs to ${owner}`)
    const metadata: Metadata = {
      rate: 1000 / schedule.intervalMs,
      device: target,
      objectType: typeLabel(object.type),
      objectInstance: object.instance,
      description,
      ...(info.units !== undefined && { unit: info.units }),
    }
    return { name, metadata }
  }

  #policyOf({ onFailure, nanAtTimeout }: PlannedObject): Pick<PolledMetric, "onFailure" | "nanWhenSilent"> {
    if (onFailure !== undefined || !nanAtTimeout) return { onFailure }
    const { intervalMs } = this.#plan.schedule
    return { nanWhenSilent: { silentMs: SILENT_INTERVALS * intervalMs, afterMs: NAN_INTERVALS * intervalMs } }
  }
}

/** Everything but what the jobs share; rules may be long, and are the same for all. */
function keyOf({ ports: _ports, rules, ...plan }: ObjectsPlan): string {
  return JSON.stringify([plan, createHash("sha256").update(JSON.stringify(rules)).digest("hex")])
}
