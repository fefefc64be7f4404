import { type JsonObject, stringifyJson } from "@metricq/client"
import {
  AFTER_ALL,
  beforeAttempt,
  type CouchChange,
  type CouchDatabase,
  type CouchDocument,
  generationOf,
} from "./couch-database.js"
import { ConflictError } from "./errors.js"
import { Serial } from "./serial.js"
import type { ConfigVersion, ConfigWrite, VersionLimits } from "./store.js"

/** Documents read at once: configurations can be large. */
const BATCH = 20
/** Versions removed at once. */
const PRUNE = 100
const DIGITS = 10
/** Versions that wait in memory for a CouchDB that went away in the middle of a write. */
const MAX_UNKEPT = 100
/** What is known of a version that was not written by this manager. */
const ELSEWHERE = { author: "unknown", note: "written past this manager" }

/** A version as it is kept: what the document in `config` does not say, and what it says, for when it is another. */
interface KeptVersion {
  readonly token: string
  readonly revision: string
  readonly time: string
  readonly author: string
  readonly by?: string
  readonly note: string
  readonly deleted: boolean
  readonly config: JsonObject
}

/**
 * Configurations in the database `config`, which all managers and the wizard share, and their versions in a database of ours.
 *
 * The version is the count in CouchDB's revision, so numbers never repeat. What others write becomes a version when it is seen first: by
 * {@link noticed}, by a read, or before it is written over.
 */
export class CouchConfigs {
  readonly #configs: CouchDatabase
  readonly #own: CouchDatabase
  readonly #writing = new Serial()
  /** Versions of configurations that were written, and which could not be kept then. */
  readonly #unkept = new Map<string, KeptVersion>()

  constructor(configs: CouchDatabase, own: CouchDatabase) {
    this.#configs = configs
    this.#own = own
  }

  /** The current configuration. */
  async get(token: string): Promise<ConfigVersion | undefined> {
    const [document] = await this.#configs.getMany([token])
    return document && (await this.#lookUp([document]))[0]
  }

  async all(): Promise<ConfigVersion[]> {
    const found: ConfigVersion[] = []
    for await (const batch of this.#configs.pages(undefined, undefined, BATCH)) {
      found.push(...(await this.#lookUp(batch)))
    }
    return found
  }

  /** @throws {ConflictError} */
  put(token: string, config: JsonObject, write: ConfigWrite): Promise<ConfigVersion> {
    return this.#writing.run(async () => {
      for (let attempt = 0; ; attempt++) {
        await beforeAttempt(attempt, `the configuration of ${token}`)
        const current = await this.#current(token)
        checkBase(token, write.base, current)
        if (current && stringifyJson(current.config) === stringifyJson(config)) return current
        const written = await this.#write(token, config, write, current?.revision)
        if (written) return written
      }
    })
  }

  /** @throws {ConflictError} */
  remove(token: string, write: ConfigWrite): Promise<ConfigVersion | undefined> {
    return this.#writing.run(async () => {
      for (let attempt = 0; ; attempt++) {
        await beforeAttempt(attempt, `the configuration of ${token}`)
        const current = await this.#current(token)
        checkBase(token, write.base, current)
        if (!current) return undefined
        const written = await this.#write(token, null, write, current.revision)
        if (written) return written
      }
    })
  }

  /** For use in a write. */
  async #current(token: string): Promise<ConfigVersion | undefined> {
    const [document] = await this.#configs.getMany([token])
    return document && (await this.#versionsOf([document]))[0]
  }

  /** Undefined if somebody else was faster. */
  async #write(
    token: string,
    config: JsonObject | null,
    { author, by, note = "" }: ConfigWrite,
    replaced: string | undefined,
  ): Promise<ConfigVersion | undefined> {
    const [revision] = await this.#configs.write([{ id: token, revision: replaced, body: config }])
    if (revision === undefined) return undefined
    const whom = by === undefined ? { author } : { author, by }
    const time = new Date().toISOString()
    const kept = { token, revision, time, ...whom, note, deleted: config === null, config: config ?? {} }
    try {
      await this.#keep([kept])
    } catch (error) {
      if (this.#unkept.size < MAX_UNKEPT) this.#unkept.set(idOfRevision(token, revision), kept)
      throw error
    }
    return versionOf(kept)
  }

  async versions(token: string, before: number, limit: number): Promise<ConfigVersion[]> {
    await this.get(token) // so that what others have written is among them
    const found: ConfigVersion[] = []
    for (let start = idOf(token, before - 1, AFTER_ALL); found.length < limit; ) {
      const size = Math.min(limit - found.length, BATCH)
      const page = await this.#own.page({ start, end: idOf(token, 0), limit: size, descending: true })
      found.push(...page.documents.map(({ body }) => versionOf(body as unknown as KeptVersion)))
      if (page.last === undefined) break
      start = beforeId(page.last)
    }
    return found
  }

  async version(token: string, version: number): Promise<ConfigVersion | undefined> {
    const range = { start: idOf(token, version), end: idOf(token, version, AFTER_ALL), limit: BATCH }
    const found = (await this.#own.page(range)).documents.map(({ body }) => versionOf(body as unknown as KeptVersion))
    // Two of one number are from a copy of the database that was written apart and joined again.
    return found.sort((a, b) => (a.time < b.time ? -1 : 1)).at(-1)
  }

  /** Every token that has versions, one request each. */
  async tokens(): Promise<string[]> {
    const tokens: string[] = []
    for (let start: string = VERSIONS; ; ) {
      const { documents } = await this.#own.page({ start, end: VERSIONS + AFTER_ALL, limit: 1 })
      const token = (documents[0]?.body as unknown as KeptVersion | undefined)?.token
      if (token === undefined) return tokens.sort()
      tokens.push(token)
      start = `${prefixOf(token)}${AFTER_ALL}`
    }
  }

  /** Remove versions, the oldest first. */
  prune(token: string, limits: VersionLimits): Promise<number> {
    return this.#writing.run(async () => {
      const old = await this.#old(token, limits)
      for (let at = 0; at < old.length; at += PRUNE) {
        await this.#own.write(old.slice(at, at + PRUNE).map(({ id, revision }) => ({ id, revision, body: null })))
      }
      return old.length
    })
  }

  async #old(token: string, { versions, replacedBefore, except }: VersionLimits) {
    const newest = (await this.#newest(token))?.version ?? 0
    const old: { id: string; revision: string }[] = []
    let previous: { id: string; revision: string; version: number } | undefined
    for await (const batch of this.#own.pages(idOf(token, 0), `${prefixOf(token)}${AFTER_ALL}`, BATCH)) {
      for (const { id, revision, body } of batch) {
        const { version, time } = versionOf(body as unknown as KeptVersion)
        if (previous !== undefined) {
          const isOld = replacedBefore !== undefined && time < replacedBefore
          if (!isOld && previous.version > newest - versions) return old
          if (!except.includes(previous.version)) old.push(previous)
        }
        previous = { id, revision, version }
      }
    }
    return old
  }

  async #newest(token: string): Promise<ConfigVersion | undefined> {
    const start = `${prefixOf(token)}${AFTER_ALL}`
    const { documents } = await this.#own.page({ start, end: idOf(token, 0), limit: 1, descending: true })
    return documents[0] && versionOf(documents[0].body as unknown as KeptVersion)
  }

  /** Resolves when no write is under way. */
  idle(): Promise<void> {
    return this.#writing.idle()
  }

  /** Keep as versions what has changed in `config`, unless this manager wrote it. */
  noticed(changes: readonly CouchChange[]): Promise<void> {
    return this.#writing.run(async () => {
      const present = changes.filter(({ deleted }) => !deleted)
      await this.#versionsOf(present.map(({ id, revision, body }) => ({ id, revision, body: body! })))
      for (const { id, revision, deleted } of changes) if (deleted) await this.#noticeDeleted(id, revision)
    })
  }

  async #noticeDeleted(token: string, revision: string): Promise<void> {
    const newest = await this.#newest(token)
    if (!newest || newest.deleted || newest.version >= generationOf(revision)) return
    const time = new Date().toISOString()
    const unkept = this.#unkept.get(idOfRevision(token, revision))
    await this.#keep([unkept ?? { token, revision, time, ...ELSEWHERE, deleted: true, config: {} }])
  }

  /** {@link #versionsOf} outside of a write: what nothing is kept of may be written just now. */
  async #lookUp(documents: readonly CouchDocument[]): Promise<ConfigVersion[]> {
    const kept = await this.#kept(documents)
    if (kept.includes(undefined)) return this.#writing.run(() => this.#versionsOf(documents))
    return documents.map(({ body }, at) => versionOf({ ...kept[at]!, config: body }))
  }

  /** What is kept of these configurations. Those that nothing is kept of, others have written: they become versions now. */
  async #versionsOf(documents: readonly CouchDocument[]): Promise<ConfigVersion[]> {
    const kept = await this.#kept(documents)
    const strange: KeptVersion[] = []
    const found = documents.map(({ id, revision, body }, at) => {
      const known = kept[at]
      if (known) return versionOf({ ...known, config: body })
      const time = new Date().toISOString()
      const unkept = this.#unkept.get(idOfRevision(id, revision))
      strange.push(unkept ?? { token: id, revision, time, ...ELSEWHERE, deleted: false, config: body })
      return versionOf(strange.at(-1)!)
    })
    await this.#keepNew(strange)
    return found
  }

  /** Of what was written over since it was read, the version may be gone already, and for good. */
  async #keepNew(strange: readonly KeptVersion[]): Promise<void> {
    for (const kept of strange) {
      const newest = await this.#newest(kept.token)
      if (!newest || newest.version <= generationOf(kept.revision)) await this.#keep([kept])
    }
  }

  async #kept(documents: readonly CouchDocument[]): Promise<(KeptVersion | undefined)[]> {
    const found = await this.#own.getMany(documents.map(({ id, revision }) => idOfRevision(id, revision)))
    return found.map((document) => document?.body as unknown as KeptVersion | undefined)
  }

  /** Keep versions. One that is there already was kept by somebody who saw it at the same time. */
  async #keep(versions: readonly KeptVersion[]): Promise<void> {
    await this.#own.write(
      versions.map((kept) => ({
        id: idOfRevision(kept.token, kept.revision),
        revision: undefined,
        body: { ...kept },
      })),
    )
    for (const { token, revision } of versions) this.#unkept.delete(idOfRevision(token, revision))
  }
}

const VERSIONS = "version:"

/** Behind an encoded token stands a slash, which it has none of: no token's versions are among those of another. */
function prefixOf(token: string): string {
  return `${VERSIONS}${encodeURIComponent(token)}/`
}

/** Where a version begins in the order of ids. */
function idOf(token: string, version: number, rest = ""): string {
  return `${prefixOf(token)}${String(Math.max(version, 0)).padStart(DIGITS, "0")}${rest}`
}

function idOfRevision(token: string, revision: string): string {
  return idOf(token, generationOf(revision), revision.slice(revision.indexOf("-")))
}

/** The last place before an id of a version, which ends with a digit or a small letter. */
function beforeId(id: string): string {
  return `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) - 1)}${AFTER_ALL}`
}

function versionOf({ token, revision, time, author, by, note, deleted, config }: KeptVersion): ConfigVersion {
  const whom = by === undefined ? { author } : { author, by }
  return { token, version: generationOf(revision), revision, time, ...whom, note, deleted, config }
}

function checkBase(token: string, base: string | null | undefined, current: ConfigVersion | undefined): void {
  if (base === undefined || base === (current?.revision ?? null)) return
  throw new ConflictError(token, base, current)
}
