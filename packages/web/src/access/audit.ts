import type { JsonObject, Logger } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { Secrets } from "../network/secrets.js"
import type { AuditEntry, AuditFilter, AuditLine } from "./audit-entry.js"
import { fits } from "./audit-entry.js"
import type { AuditFolder } from "./audit-folder.js"
import type { Identity } from "./identity.js"

export type { AuditEntry } from "./audit-entry.js"

/** Lines in memory where there is no folder; lines that wait for the disk; text of a subject and of a detail. */
const most = { inMemory: 1000, waiting: 10_000, subject: 500, detail: 4000 }

/**
 * The log of changes made through this server: who, when, what. It is kept in a folder, or, without one, the newest in memory.
 *
 * Life cycle: `start()` → `record()` … → `stop()`.
 */
export class Audit {
  readonly #logger: Logger
  readonly #folder: AuditFolder | undefined
  readonly #secrets = new Secrets()
  readonly #inMemory: AuditLine[] = []
  #waiting: AuditLine[] = []
  #writing: Promise<void> | undefined
  #last = 0

  constructor(logger: Logger, folder?: AuditFolder) {
    this.#logger = logger
    this.#folder = folder
  }

  /** @throws what the disk says */
  async start(): Promise<void> {
    this.#last = (await this.#folder?.open()) ?? 0
  }

  /** Note a change after it has been made, by whoever asked, or, where that was not known before, by `who`. */
  record(request: FastifyRequest, entry: AuditEntry, who: Identity = request.identity): void {
    const { name, role, via, token } = who
    const detail = this.#detail(entry.detail)
    const line: AuditLine = {
      ...{ seq: ++this.#last, time: new Date().toISOString(), name, role, via },
      ...(token === undefined ? {} : { token: token.name }),
      ...{ address: request.ip, action: entry.action, subject: entry.subject.slice(0, most.subject) },
      ...(detail === undefined ? {} : { detail }),
    }
    this.#logger.info(`${name || "nobody"}: ${line.action} ${line.subject}`, { ...detail })
    if (this.#folder === undefined) {
      this.#inMemory.push(line)
      if (this.#inMemory.length > most.inMemory) this.#inMemory.shift()
    } else if (this.#waiting.length < most.waiting) this.#waiting.push(line)
    else
      this.#logger.error("the audit log cannot be written, and a change is missing in it", {
        ...line,
        detail: undefined,
      })
    this.#writing ??= this.#write()
  }

  /** The newest changes that fit, newest first. */
  async read(filter: AuditFilter): Promise<AuditLine[]> {
    await this.#writing
    if (this.#folder !== undefined) return this.#folder.read(filter)
    return this.#inMemory
      .filter((line) => fits(line, filter))
      .reverse()
      .slice(0, filter.limit)
  }

  /** Resolves when everything that was recorded is on the disk, or could not be written. */
  async stop(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    await Promise.resolve() // more may be recorded in this turn
    while (this.#folder !== undefined && this.#waiting.length > 0) {
      const lines = this.#waiting
      this.#waiting = []
      try {
        await this.#folder.append(lines)
      } catch (error) {
        this.#logger.error(`${lines.length} changes are missing in the audit log, which cannot be written`, { error })
      }
    }
    this.#writing = undefined
  }

  /** What goes into JSON, without secrets and not too long. */
  #detail(detail: AuditEntry["detail"]): JsonObject | undefined {
    if (detail === undefined) return undefined
    const masked = this.#secrets.mask(JSON.parse(JSON.stringify(detail)) as JsonObject)
    return JSON.stringify(masked).length <= most.detail ? masked : { tooLong: true }
  }
}
