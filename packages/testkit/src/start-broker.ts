import type { BrokerOptions } from "@metricq/broker"
import type { BrokerBackend } from "./broker-backend.js"
import { availableKinds, type BrokerKind } from "./broker-kinds.js"
import { BrokerProcess } from "./broker-process.js"
import { EmbeddedBackend } from "./embedded-backend.js"
import { FaultProxy } from "./fault-proxy.js"
import { RabbitmqBackend } from "./rabbitmq-backend.js"
import type { RabbitmqAddress } from "./rabbitmq-node.js"
import { sharedRabbitmq } from "./shared-rabbitmq.js"
import { temporaryFolder } from "./temporary-folder.js"
import { TestBroker } from "./test-broker.js"
import { onTestEnd, type TestScope } from "./test-scope.js"

export interface StartBrokerOptions {
  /** Default: the first of `availableKinds()`. */
  kind?: BrokerKind
  /** Run the embedded broker as a process of its own, so that `kill()` is a real one. Default: false. */
  ownProcess?: boolean
  /** Settings of the embedded broker, its limits for example. RabbitMQ does not see them. */
  embedded?: Omit<BrokerOptions, "host" | "port" | "dataDir" | "logger">
  /** The RabbitMQ node to use; default: the one of this test run. */
  node?: RabbitmqAddress
}

/**
 * Starts a broker for one test and ends it when the test ends: the embedded one on a free port of its own, or a vhost of its own
 * on the RabbitMQ node of this run.
 */
export async function startBroker(t: TestScope, options: StartBrokerOptions = {}): Promise<TestBroker> {
  const kind = options.kind ?? availableKinds()[0]
  if (kind === undefined) throw new Error("METRICQ_TEST_BROKERS names no broker that is installed")
  const proxy = await FaultProxy.start({ port: 0 })
  let backend: BrokerBackend
  try {
    backend = await startBackend(t, kind, proxy, options)
  } catch (error) {
    await proxy.stop()
    throw error
  }
  proxy.retarget({ port: backend.port })
  const broker = new TestBroker(kind, backend, proxy)
  onTestEnd(t, () => broker.close())
  return broker
}

async function startBackend(
  t: TestScope,
  kind: BrokerKind,
  proxy: FaultProxy,
  { ownProcess = false, embedded, node }: StartBrokerOptions,
): Promise<BrokerBackend> {
  if (kind === "rabbitmq") return RabbitmqBackend.create(node ?? (await sharedRabbitmq()), () => proxy.connections)
  const options = { ...embedded, dataDir: await temporaryFolder(t, "broker") }
  return ownProcess ? BrokerProcess.create(options) : EmbeddedBackend.create(options)
}
