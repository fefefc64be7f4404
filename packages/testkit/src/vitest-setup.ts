import { availableKinds } from "./broker-kinds.js"
import { SharedRabbitmq, sharedRabbitmqVariable } from "./shared-rabbitmq.js"

/**
 * vitest's `globalSetup` for tests that run on RabbitMQ too. The node starts with the first test that asks for it and ends
 * with the run; where RabbitMQ is not installed, or `METRICQ_TEST_BROKERS` leaves it out, this does nothing.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!availableKinds().includes("rabbitmq")) return undefined
  const shared = await SharedRabbitmq.open()
  process.env[sharedRabbitmqVariable] = shared.url
  return () => shared.close()
}
