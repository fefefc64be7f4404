import type { Client } from "@metricq/client"
import type { JobInfo } from "@metricq/database"
import type { JsonObject } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { pause } from "./signals.js"

/** How often a job is asked how far it is. */
const STEP_MS = 300

/** How long a job that is told to end is waited for. */
const CANCEL_MS = 5000

/** A job of a database, as a command asks for it. */
export interface JobRequest {
  /** Token of the database. */
  readonly database: string
  /** The function that begins the job, with its arguments. */
  readonly name: string
  readonly args: JsonObject
}

/**
 * Have a database do something long, and wait for its end.
 *
 * When `signal` is aborted the job is cancelled, and this rejects with the signal's reason once it has ended, or a few seconds later.
 *
 * @param onProgress called with each new state, first when it waits or runs
 * @returns what the job came to
 * @throws {CommandError} `job` if it failed or somebody else cancelled it; otherwise what the calls reject with
 */
export async function runDatabaseJob(
  client: Client,
  { database, name, args }: JobRequest,
  signal: AbortSignal,
  onProgress: (info: JobInfo) => void,
): Promise<JsonObject> {
  let info = jobOf(await client.rpcTo(database, name, { ...args, wait: 0 }))
  const { job } = info
  while (info.ended === undefined) {
    onProgress(info)
    await pause(STEP_MS, signal)
    if (signal.aborted) return cancel(client, database, job, signal)
    info = await infoOf(client, database, job)
  }
  if (info.state === "done") return info.result ?? {}
  throw new CommandError("job", info.failure ?? `job ${job} is ${info.state}`)
}

async function cancel(client: Client, database: string, job: number, signal: AbortSignal): Promise<never> {
  let info = jobOf(await client.rpcTo(database, "database.cancel", { job }))
  for (const begun = performance.now(); info.ended === undefined && performance.now() - begun < CANCEL_MS; ) {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
    info = await infoOf(client, database, job)
  }
  throw signal.reason
}

async function infoOf(client: Client, database: string, job: number): Promise<JobInfo> {
  return jobOf(await client.rpcTo(database, "database.jobs", { job }, { repeatable: true }))
}

function jobOf(answer: JsonObject): JobInfo {
  if (typeof answer.job !== "number" || typeof answer.state !== "string") {
    throw new CommandError("job", `the database answers with no job, but ${JSON.stringify(answer).slice(0, 200)}`)
  }
  return answer as JobInfo
}
