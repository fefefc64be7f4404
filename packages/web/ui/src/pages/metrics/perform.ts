import { api } from "../../api.js"
import { inParts, type Outcome } from "../../lib/in-parts.js"
import { count } from "../../lib/numbers.js"
import { type TextKey, t } from "../../texts/index.js"
import { toast } from "../../toasts.svelte.js"
import { allNames, type MetricTarget, sizeOf } from "./metric-target.js"
import { type Deed, metricsApi, type Who } from "./metrics-api.js"

/** Names in a request. */
const PART = 500

/** How far a deed is: undefined while nobody can tell, as for one that the server does in a piece. */
export type OnProgress = (part: number | undefined) => void

/** Do something with metrics: with all that a query finds in one request, else in parts of 500 names. Rejects if their names cannot be read. */
export async function withAll(
  target: MetricTarget,
  each: (who: Who) => Promise<string[]>,
  onProgress: OnProgress = () => {},
): Promise<Outcome> {
  onProgress(undefined)
  if ("query" in target && target.except.length === 0) {
    const { search, unit, source, rate, state } = target.query
    const given = Object.entries({ search, unit, source, rate, state }).filter(([, value]) => value !== undefined)
    const select = Object.fromEntries(given) as Record<string, string>
    const outcome = await inParts([""], 1, () => each({ select }))
    return { ...outcome, failed: outcome.failed.map(({ message }) => ({ message, count: sizeOf(target) })) }
  }
  const names = await allNames(api, target)
  const part = (metrics: string[]) => each({ metrics })
  return inParts(names, PART, part, (tried) => onProgress(tried / names.length))
}

/** What takes a deed back; a restored metric is not offered to be deleted again. */
const UNDO: Partial<Record<Deed, Deed>> = {
  ...{ hide: "unhide", unhide: "hide", archive: "unarchive", unarchive: "archive", delete: "restore" },
}

/** Do it, and say so with a way back. `ondone` is called after it and after the way back. */
export async function perform(
  deed: Deed,
  target: MetricTarget,
  ondone: () => void,
  options: { data?: boolean; onProgress?: OnProgress } = {},
): Promise<Outcome> {
  const outcome = await withAll(target, (who) => act(deed, who, options.data === true), options.onProgress)
  tell(deed, outcome, ondone, options.data === true)
  return outcome
}

async function act(deed: Deed, who: Who, data: boolean): Promise<string[]> {
  if (deed === "restore") return metricsApi.restore(who)
  if (deed !== "delete") return metricsApi.act(deed, who)
  const { metrics, databases = [] } = await metricsApi.delete(who, data)
  const failed = databases.find((database) => database.failed !== undefined)
  if (failed) throw new Error(`${failed.token}: ${failed.failed}`)
  return metrics
}

function tell(deed: Deed, { done, failed }: Outcome, ondone: () => void, isForEver: boolean): void {
  ondone()
  if (done.length === 0) return
  const names = wordsFor(done)
  const back = isForEver ? undefined : UNDO[deed]
  const undo = () => void undone(back as Deed, done, ondone)
  const action = back && { action: { text: t("undo"), act: undo } }
  toast(t(`metrics.done.${deed}` as TextKey, { names }), { isBad: failed.length > 0, ...action })
}

async function undone(deed: Deed, names: string[], ondone: () => void): Promise<void> {
  const { done, failed } = await withAll({ names }, (who) => act(deed, who, false))
  ondone()
  const [first] = failed
  if (first) toast(t("metrics.undone.failed", { message: first.message }), { isBad: true })
  else toast(t("metrics.undone", { names: wordsFor(done) }))
}

/** The only name there is, or how many there are. */
function wordsFor(names: readonly string[]): string {
  return names.length === 1 ? (names[0] as string) : t("metrics.total", { count: count(names.length) })
}
