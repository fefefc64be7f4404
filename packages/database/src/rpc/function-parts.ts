import type { JsonObject } from "@metricq/client"
import type { StoragePlan } from "../configuration/storage-plan.js"
import type { JobList, JobWork } from "../jobs/job-list.js"
import type { Store } from "../store.js"

/** What the functions of a running database work with. */
export interface FunctionParts {
  readonly store: Store
  readonly jobs: JobList
  /** undefined before the first configuration. */
  readonly plan: StoragePlan | undefined
  status(): JsonObject
  /** Metrics are going to be deleted. */
  beforeDelete(names: string[]): Promise<void>
  /** They have been. */
  afterDelete(names: string[]): Promise<void>
  /** A metric has got another name. */
  afterRename(from: string, to: string): Promise<void>
  /** Read points from files of this machine. */
  import(kind: string, path: string, options: JsonObject): JobWork
}

/** A job to be. */
export interface Prepared {
  /** Seconds that the asker waits for its end. */
  readonly wait: number
  /** What was asked for, as it is shown. */
  readonly asked: JsonObject
  readonly work: JobWork
}
