import { Broker } from "@metricq/broker"
import { runService } from "../network/service.js"
import { loggerFor } from "../network/session.js"
import type { CommonOptions } from "../options/common.js"
import { usersFrom } from "../options/users.js"
import { printLines } from "../terminal/output.js"

/** Options of `metricq broker`. */
export interface BrokerOptions extends CommonOptions {
  readonly host: string
  readonly port: number
  readonly data?: string
  readonly user?: string[]
}

/** Run the broker until a signal ends it. */
export async function runBroker({ host, port, data, user, verbose }: BrokerOptions): Promise<void> {
  const broker = new Broker({ host, port, dataDir: data, users: usersFrom(user), logger: loggerFor(verbose) })
  await runService(broker, () => printLines([`ready  ${broker.url}`]))
}
