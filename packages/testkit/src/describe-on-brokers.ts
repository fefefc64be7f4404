import type { describe as Describe } from "vitest"
import { type BrokerKind, brokerKinds, whyNot } from "./broker-kinds.js"

// vitest can be imported only inside its own processes; the test kit is also used outside of them.
const describe: typeof Describe | undefined = process.env.VITEST ? (await import("vitest")).describe : undefined

const titles: Record<BrokerKind, string> = { embedded: "on the embedded broker", rabbitmq: "on RabbitMQ" }

/**
 * vitest's `describe`, once for each kind of broker that `brokerKinds()` names.
 *
 * Where RabbitMQ is not installed its half is skipped, and the suite's name says why.
 *
 * @throws {Error} outside of vitest
 */
export function describeOnBrokers(name: string, body: (kind: BrokerKind) => void): void {
  if (describe === undefined) throw new Error("describeOnBrokers() works only in a test file that vitest runs")
  for (const kind of brokerKinds()) {
    const reason = whyNot(kind)
    const title = `${name} ${titles[kind]}`
    if (reason === undefined) describe(title, () => body(kind))
    else describe.skip(`${title} [left out: ${reason}]`, () => body(kind))
  }
}
