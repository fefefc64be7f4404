import type { Detection } from "../finding.js"
import type { MetricGroup } from "../observation.js"

/**
 * `gone`: a client does not answer, and metrics of it are silent. One finding for all of them; a client that does not answer while its points
 * keep coming is none.
 */
export function goneClient({ client, count, examples, first }: MetricGroup): Detection {
  const metrics = count === 1 ? "1 metric of it is" : `${count} metrics of it are`
  return {
    ...{ kind: "gone", severity: "error", subject: { client }, source: client },
    message: `${client} is gone: ${metrics} silent`,
    remedy: `start it again on its machine; if it has gone for good, archive its metrics`,
    ...{ metrics: count, examples, values: { count } },
    ...(first.sinceMs === undefined ? {} : { sinceMs: first.sinceMs }),
    ...(first.fix === undefined ? {} : { fix: first.fix }),
  }
}
