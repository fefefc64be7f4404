import type { ClientOptions, JsonObject } from "@metricq/client"
import type { AgentKind } from "../kit/kind.js"
import type { Feed } from "../kit/push/feed.js"
import { PushSource } from "../kit/push/push-source.js"
import { readSample } from "../kit/sample.js"
import { type InfluxConfig, influxSchema } from "./config.js"
import { HttpFeed } from "./http-feed.js"
import { Intake } from "./intake.js"
import type { ReceptionContext } from "./reception.js"
import { Rules } from "./rules.js"
import { TcpFeed } from "./tcp-feed.js"
import { UdpFeed } from "./udp-feed.js"

/** Takes what others write in the line protocol of Influx, as Telegraf does. */
export class InfluxSource extends PushSource<InfluxConfig> {
  #intake: Intake
  #intakeKey = ""

  constructor(options: ClientOptions) {
    super(options)
    this.#intake = this.#newIntake({ name: "{field}", rules: [], others: "skip", units: {} })
  }

  /** Other rules make other metrics; listeners that stay the same go on. */
  override async onConfig(config: InfluxConfig): Promise<void> {
    await super.onConfig(config)
    const { name, rules, others, units, max_metrics } = config
    const key = JSON.stringify([name, rules, others, units, max_metrics])
    if (key === this.#intakeKey) return
    this.#intakeKey = key
    this.metrics.forget(Intake.owner)
    this.#intake = this.#newIntake(config)
  }

  protected override feeds({ http, tcp, udp, max_line: maxLine }: InfluxConfig): Feed[] {
    const { logger } = this
    const context: ReceptionContext = { logger, maxLine, intake: () => this.#intake, isBusy: () => this.isBusy }
    return [
      ...(http === undefined ? [] : [new HttpFeed(http, context)]),
      ...(tcp === undefined ? [] : [new TcpFeed(tcp, context)]),
      ...(udp === undefined ? [] : [new UdpFeed(udp, context)]),
    ]
  }

  protected override discoverDetails(): JsonObject {
    return { ...super.discoverDetails(), ...this.#intake.counts }
  }

  #newIntake(config: ConstructorParameters<typeof Rules>[0]): Intake {
    return new Intake(new Rules(config), this.metrics, this.logger)
  }
}

export const influx: AgentKind<InfluxConfig> = {
  name: "source-influx",
  summary: "listens to the line protocol of Influx: all that Telegraf reads",
  schema: influxSchema,
  create: (options) => new InfluxSource(options),
  sample: () => readSample("source-influx"),
}
