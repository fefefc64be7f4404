import { findRabbitmq, rabbitmqMissing } from "./rabbitmq-installation.js"

/** "embedded": our own broker; "rabbitmq": the one installed on this machine. */
export type BrokerKind = "embedded" | "rabbitmq"

const allKinds: readonly BrokerKind[] = ["embedded", "rabbitmq"]

/**
 * The brokers that tests are meant to run on: those that `METRICQ_TEST_BROKERS` names, separated by commas; without it, both.
 *
 * @throws {Error} if the variable names anything else
 */
export function brokerKinds(): BrokerKind[] {
  const text = process.env.METRICQ_TEST_BROKERS?.trim()
  if (text === undefined || text === "") return [...allKinds]
  const names = text.split(",").map((name) => name.trim())
  for (const name of names) {
    if (!allKinds.includes(name as BrokerKind)) {
      throw new Error(`METRICQ_TEST_BROKERS names "${name}"; known are ${allKinds.join(" and ")}`)
    }
  }
  return allKinds.filter((kind) => names.includes(kind))
}

/** Those of `brokerKinds()` that can be started on this machine. */
export function availableKinds(): BrokerKind[] {
  return brokerKinds().filter((kind) => whyNot(kind) === undefined)
}

/** Why a kind cannot be started here; undefined if it can. */
export function whyNot(kind: BrokerKind): string | undefined {
  return kind === "rabbitmq" && findRabbitmq() === undefined ? rabbitmqMissing : undefined
}
