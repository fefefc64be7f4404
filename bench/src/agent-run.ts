import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import type { JsonObject } from "@metricq/client"
import { Scope, startNetwork } from "@metricq/testkit"

/** What an agent, or a tool that is used instead, took. */
export interface Taken {
  /** Cores. */
  readonly cpu: number
  /** Bytes; undefined where it is many short processes. */
  readonly rss?: number
  /** Values that were sent, NaN apart. */
  readonly perSecond: number
  /** Rounds that could not be begun; those of silent devices count, as they wait for an answer for longer than an interval. */
  readonly missedAMinute?: number
}

/** Runs an agent of this kind for so long in a process of its own; broker and manager are in this one. */
export async function runAgent(kind: string, config: JsonObject, seconds: number): Promise<Taken> {
  const scope = new Scope()
  try {
    const net = await startNetwork(scope, { kind: "embedded" })
    await net.configure(kind, config)
    const child = fork(new URL("./agent-child.js", import.meta.url), [kind, net.url, String(seconds)])
    try {
      const [taken] = (await once(child, "message")) as [Taken]
      return taken
    } finally {
      await endChild(child)
    }
  } finally {
    await scope.close()
  }
}

/** Ends a process that goes when its parent's channel does. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.disconnect()
  await once(child, "exit")
}
