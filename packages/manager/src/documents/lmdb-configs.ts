import type { JsonObject } from "@metricq/client"
import type { Database } from "lmdb"
import { ConflictError } from "./errors.js"
import { nextRecord, recordBody, recordRevision } from "./record.js"
import type { ConfigVersion, ConfigWrite, VersionLimits } from "./store.js"

/** What a configuration is wrapped in on disk. */
interface Envelope {
  readonly time: string
  readonly author: string
  readonly by?: string
  readonly note: string
  readonly deleted: boolean
  readonly config: JsonObject
}

/** Old versions removed by one transaction at most. */
const PRUNE = 100

/**
 * Configurations and their versions in two LMDB databases: the current record under the token, every version under
 * `[token, version]`. A deletion is a version too, so numbers never repeat and a deleted configuration can be restored.
 *
 * `put`, `remove` and `prune` are to be called inside a write transaction.
 */
export class LmdbConfigs {
  readonly #current: Database<Buffer, string>
  readonly #versions: Database<Buffer, [string, number]>

  constructor(current: Database<Buffer, string>, versions: Database<Buffer, [string, number]>) {
    this.#current = current
    this.#versions = versions
  }

  /** The newest version, be it a deletion. */
  latest(token: string): ConfigVersion | undefined {
    const record = this.#current.get(token)
    return record && versionOf(token, record)
  }

  get(token: string): ConfigVersion | undefined {
    const latest = this.latest(token)
    return latest?.deleted ? undefined : latest
  }

  /** Up to `limit` newest versions, deletions included, of the tokens behind `after`. */
  batch(after: string | undefined, limit: number): ConfigVersion[] {
    const from = after === undefined ? {} : { start: after, exclusiveStart: true }
    return Array.from(this.#current.getRange({ ...from, limit }), ({ key, value }) => versionOf(key, value))
  }

  version(token: string, version: number): ConfigVersion | undefined {
    const record = this.#versions.get([token, version])
    return record && versionOf(token, record)
  }

  versions(token: string, before: number, limit: number): ConfigVersion[] {
    const range = this.#versions.getRange({ start: [token, before - 1], end: [token, 0], reverse: true, limit })
    return Array.from(range, ({ value }) => versionOf(token, value))
  }

  tokens(after: string | undefined, limit: number): string[] {
    const from = after === undefined ? {} : { start: after, exclusiveStart: true }
    return Array.from(this.#current.getKeys({ ...from, limit }))
  }

  /** The oldest versions that `limits` let go, at most {@link PRUNE}. */
  old(token: string, { versions, replacedBefore, except }: VersionLimits): number[] {
    const newest = this.latest(token)?.version ?? 0
    const old: number[] = []
    let previous: number | undefined
    for (const { value } of this.#versions.getRange({ start: [token, 0], end: [token, newest + 1] })) {
      const { version, time } = versionOf(token, value)
      if (previous !== undefined) {
        const isOld = replacedBefore !== undefined && time < replacedBefore
        if (!isOld && previous > newest - versions) break
        if (!except.includes(previous)) old.push(previous)
        if (old.length === PRUNE) break
      }
      previous = version
    }
    return old
  }

  /** Remove what {@link old} finds; the number of versions. */
  prune(token: string, limits: VersionLimits): number {
    const old = this.old(token, limits)
    for (const version of old) this.#versions.remove([token, version])
    return old.length
  }

  /** @throws {ConflictError} */
  put(token: string, config: JsonObject, write: ConfigWrite): ConfigVersion {
    const current = this.get(token)
    checkBase(token, write.base, current)
    if (current && JSON.stringify(current.config) === JSON.stringify(config)) return current
    return this.#write(token, config, write, false)
  }

  /** @throws {ConflictError} */
  remove(token: string, write: ConfigWrite): ConfigVersion | undefined {
    const current = this.get(token)
    checkBase(token, write.base, current)
    return current && this.#write(token, {}, write, true)
  }

  #write(token: string, config: JsonObject, { author, by, note = "" }: ConfigWrite, deleted: boolean): ConfigVersion {
    const previous = this.#current.get(token)
    const whom = by === undefined ? {} : { by }
    const envelope: Envelope = { time: new Date().toISOString(), author, ...whom, note, deleted, config }
    const record = nextRecord({ ...envelope }, previous) ?? previous!
    const written = versionOf(token, record)
    this.#current.put(token, record)
    this.#versions.put([token, written.version], record)
    return written
  }
}

function checkBase(token: string, base: string | null | undefined, current: ConfigVersion | undefined): void {
  if (base === undefined || base === (current?.revision ?? null)) return
  throw new ConflictError(token, base, current)
}

function versionOf(token: string, record: Buffer): ConfigVersion {
  const revision = recordRevision(record)
  const envelope = recordBody(record) as unknown as Envelope
  return { token, version: Number.parseInt(revision, 10), revision, ...envelope }
}
