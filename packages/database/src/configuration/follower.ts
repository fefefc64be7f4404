import { FailureLog, type JsonObject, type Logger } from "@metricq/client"
import { isSameParameters, type LevelParameters, type MetricInfo } from "@metricq/timeline"
import type { FollowedDocument } from "./followed-document.js"
import { StoragePlan, type Subscription } from "./storage-plan.js"

/** What a follower needs of the network and the store. */
export interface FollowerServices {
  readonly token: string
  readonly logger: Logger
  readonly stopping: AbortSignal
  readonly followed: FollowedDocument
  /** Receive data of the inputs, and requests about the names. */
  subscribe(metrics: Subscription[]): Promise<void>
  /** Receive data of these inputs, or requests about these names, no more. */
  unsubscribe(keys: { inputs?: string[]; names?: string[] }): Promise<void>
  /** Stop registering these names; resolves when none of them is being registered. */
  leaveAlone(names: string[]): Promise<void>
  metrics(): string[]
  info(name: string): MetricInfo | undefined
  declare(name: string, levels: LevelParameters): Promise<void>
  /** Follow a plan from now on, in place of the one before, which cannot fail any more. */
  adopt(plan: StoragePlan, before: StoragePlan | undefined): void
}

/** Metrics declared at once. */
const DECLARED_AT_ONCE = 1000
/** Names looked at between two turns of the event loop. */
const STEP = 200

/** Puts configurations into force, one after the other. One that cannot be leaves the one before as it is. */
export class Follower {
  readonly #services: FollowerServices
  readonly #failures: FailureLog
  #plan: StoragePlan | undefined
  #tidying: Promise<void> = Promise.resolve()

  constructor(services: FollowerServices) {
    this.#services = services
    this.#failures = new FailureLog(services.logger)
  }

  /**
   * Follow a document from now on.
   *
   * @throws {ConfigError} if it is wrong; {RPCError} and the like if it cannot be subscribed; {StorageError}
   */
  async follow(document: JsonObject): Promise<void> {
    const { token, logger, followed } = this.#services
    const plan = new StoragePlan(token, document)
    const before = this.#plan ?? planOf(token, await followed.read())
    await this.#services.subscribe(this.#plan === undefined ? plan.subscriptions : added(this.#plan, plan))
    await this.#declareNamed(plan)
    this.#services.adopt(plan, before)
    this.#plan = plan
    for (const warning of plan.warnings) logger.warn(`configuration of ${token}: ${warning}`)
    this.#tidying = this.#tidying
      .then(() => this.#tidy(before, plan, document))
      .catch((error: unknown) => {
        this.#failures.add("unsubscribing what is not stored any more", error)
      })
  }

  /** Resolves when what followed from the last configuration is done, or has failed. */
  async settled(): Promise<void> {
    await this.#tidying
  }

  /** Those that are named have their levels before their first points. */
  async #declareNamed(plan: StoragePlan): Promise<void> {
    const { info, declare } = this.#services
    const changed = plan.named.filter(({ name, levels }) => {
      const known = info(name)
      return known === undefined || !isSameParameters(known.parameters, levels)
    })
    for (let from = 0; from < changed.length; from += DECLARED_AT_ONCE) {
      const some = changed.slice(from, from + DECLARED_AT_ONCE)
      await Promise.all(some.map(({ name, levels }) => declare(name, levels)))
    }
  }

  async #tidy(before: StoragePlan | undefined, plan: StoragePlan, document: JsonObject): Promise<void> {
    const { subscribe, unsubscribe, info, followed, stopping } = this.#services
    if (before !== undefined && !stopping.aborted) {
      const gone = await this.#gone(before, plan)
      await this.#services.leaveAlone(gone)
      // Requests about what is stored of them must still come, also where only a pattern was bound so far.
      const stored = gone.filter((name) => info(name) !== undefined && before.destination(name)?.name === name)
      if (stored.length > 0) await subscribe(stored.map((name) => ({ name, input: name })))
      await unsubscribe({ inputs: gone })
      const patterns = before.patternKeys.filter((key) => !plan.patternKeys.includes(key))
      await unsubscribe({ names: patterns })
    }
    await followed.write(document)
  }

  /** Inputs whose data came before, and is not wanted any more. Requests about what is stored of them still come. */
  async #gone(before: StoragePlan, plan: StoragePlan): Promise<string[]> {
    const wanted = new Set(plan.subscriptions.map(({ input }) => input))
    const inputs = new Set(before.subscriptions.map(({ input }) => input))
    for (const [index, name] of this.#services.metrics().entries()) {
      if (index % STEP === STEP - 1) await new Promise((resolve) => setImmediate(resolve))
      if (this.#services.stopping.aborted) return []
      if (before.destination(name) !== undefined && plan.destination(name) === undefined) inputs.add(name)
    }
    return [...inputs].filter((input) => !wanted.has(input))
  }
}

/** An earlier document may be one that this version does not take any more. */
function planOf(token: string, document: JsonObject | undefined): StoragePlan | undefined {
  if (document === undefined) return undefined
  try {
    return new StoragePlan(token, document)
  } catch {
    return undefined
  }
}

function added(before: StoragePlan, plan: StoragePlan): Subscription[] {
  const key = ({ name, input }: Subscription) => `${name}\n${input}`
  const known = new Set(before.subscriptions.map(key))
  return plan.subscriptions.filter((subscription) => !known.has(key(subscription)))
}
