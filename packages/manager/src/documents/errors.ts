import { MetricqError } from "@metricq/client"
import type { ConfigVersion } from "./store.js"

/** The documents cannot be read or written: the disk, the folder, or another process that holds it. */
export class StorageError extends MetricqError {}

/** A configuration was to be written on top of a revision that is no longer the current one. */
export class ConflictError extends MetricqError {
  readonly token: string
  /** What is there now; `undefined` if there is no configuration. */
  readonly current: ConfigVersion | undefined

  constructor(token: string, base: string | null, current: ConfigVersion | undefined) {
    const now = current ? `at revision ${current.revision} by ${current.author}` : "not there"
    const then = base === null ? "to be new" : `based on ${base}`
    super("conflict", `configuration of ${token} is ${now}, yours was ${then}`)
    this.token = token
    this.current = current
  }
}
