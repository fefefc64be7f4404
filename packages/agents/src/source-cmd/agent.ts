import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { CommandJob } from "./command-job.js"
import { type CmdConfig, type CmdMetric, cmdSchema } from "./config.js"

/** Runs commands and sends what they print. */
export class CmdSource extends PollingSource<CmdConfig> {
  /** Metrics of the same command, interval and time limit share its runs. */
  protected override jobs(config: CmdConfig): CommandJob[] {
    const groups = new Map<string, Record<string, CmdMetric>>()
    for (const [name, metric] of Object.entries(config.metrics)) {
      const key = JSON.stringify([metric.command, metric.interval, metric.timeout])
      groups.set(key, { ...groups.get(key), [name]: metric })
    }
    return [...groups.values()].map((metrics) => new CommandJob(config, metrics))
  }
}

export const cmd: AgentKind<CmdConfig> = {
  name: "source-cmd",
  summary: "what commands print, if the operator of the machine allows them",
  schema: cmdSchema,
  create: (options) => new CmdSource(options),
  sample: () => readSample("source-cmd"),
}
