import { MetricqError } from "@metricq/protocol"

const MAX_SHOWN = 20

/** A configuration is not what its kind of agent takes. `problems` has a line for each place: path, what is expected, what is there. */
export class ConfigError extends MetricqError {
  readonly problems: readonly string[]

  constructor(kind: string, problems: readonly string[], options?: ErrorOptions) {
    const shown = problems.slice(0, MAX_SHOWN)
    if (shown.length < problems.length) shown.push(`and ${problems.length - shown.length} more`)
    super("config", `configuration of ${kind}: ${shown.join("; ")}`, options)
    this.problems = problems
  }
}
