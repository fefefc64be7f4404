import { closest } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import type { ApiContext } from "./endpoints.js"

/** More names to compare a wrong one with would hold everything else up. */
const SIMILAR_AMONG = 2000

/** The error for a name that nobody knows, with one like it. */
export function noSuchMetric({ catalogue }: Pick<ApiContext, "catalogue">, name: string): WebError {
  const names = catalogue.list().slice(0, SIMILAR_AMONG)
  const similar = closest(
    name,
    names.map((entry) => entry.name),
  )
  const remedy = similar === undefined ? "look for it with api/v1/metrics?search=" : `did you mean ${similar}?`
  return new WebError("no-such-metric", `there is no metric ${JSON.stringify(name)}`, { status: 404, remedy })
}
