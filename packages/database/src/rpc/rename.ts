import { type JsonObject, RPCError } from "@metricq/client"
import type { RenameOutlook } from "@metricq/timeline"
import type { JobContext } from "../jobs/job-list.js"
import { outlookArguments, parseArguments, renameArguments } from "./arguments.js"
import type { FunctionParts, Prepared } from "./function-parts.js"

/** Points that were on their way when a metric got its new name are put to it as well; so many looks are taken. */
const LOOKS = 3

type Parts = Pick<FunctionParts, "store" | "plan" | "beforeDelete" | "afterRename">

/**
 * What it would mean here to give metrics other names: `how` (`rename`, `merge`, `refused` with a `reason`, `nothing` if nothing is stored),
 * `points`, and which part of the configuration stores points that come under the old (`by`) and the new name (`byNew`).
 */
export async function renameOutlooks({ store, plan }: Parts, args: JsonObject): Promise<JsonObject> {
  const metrics: Record<string, JsonObject> = {}
  const by = (name: string) =>
    plan?.destination(name)?.name !== name ? null : plan.names(name) ? "metrics" : "patterns"
  for (const [from, to] of pairsOf(parseArguments(outlookArguments, args).metrics)) {
    const known = store.info(from)
    const outlook: RenameOutlook | { how: "nothing"; points: 0 } = known?.points
      ? await store.renameOutlook(from, to)
      : { how: "nothing", points: 0 }
    metrics[from] = { ...outlook, by: by(from), byNew: by(to), pointsNew: store.info(to)?.points ?? 0 }
  }
  return { metrics }
}

/** The job of giving metrics other names. Those of which nothing is stored are passed over: they may have been renamed before. */
export function rename(parts: Parts, args: JsonObject): Prepared {
  const { wait, metrics } = parseArguments(renameArguments, args)
  const pairs = pairsOf(metrics)
  return { wait, asked: { metrics: Object.fromEntries(pairs) }, work: (context) => renameAll(parts, pairs, context) }
}

async function renameAll(
  { store, beforeDelete, afterRename }: Parts,
  pairs: ReadonlyMap<string, string>,
  { signal, progress }: JobContext,
): Promise<JsonObject> {
  const renamed = new Set<string>()
  let poured = 0
  await beforeDelete([...pairs.keys(), ...pairs.values()])
  for (const [index, [from, to]] of [...pairs].entries()) {
    progress({ metrics: index, of: pairs.size })
    for (let look = 0; look < LOOKS && store.info(from)?.points; look++) {
      signal.throwIfAborted()
      const done = await store.rename(from, to)
      renamed.add(from)
      poured += done.how === "merge" ? done.poured : 0
      await afterRename(from, to)
    }
  }
  return { metrics: renamed.size, poured }
}

/** @throws {RPCError} where one name would be needed twice */
function pairsOf(metrics: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const pairs = new Map(Object.entries(metrics))
  const targets = new Set<string>()
  for (const [from, to] of pairs) {
    if (pairs.has(to)) throw new RPCError(`${to} is both an old name and a new one: rename ${to} first`)
    if (targets.has(to)) throw new RPCError(`${to} would be the name of several metrics, ${from} among them`)
    targets.add(to)
  }
  return pairs
}
