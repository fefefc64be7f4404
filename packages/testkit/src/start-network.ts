import type { Logger } from "@metricq/client"
import { type DocumentStore, openDocuments } from "@metricq/manager"
import { type StartBrokerOptions, startBroker } from "./start-broker.js"
import { temporaryFolder } from "./temporary-folder.js"
import { TestNetwork } from "./test-network.js"
import { onTestEnd, type TestScope } from "./test-scope.js"

export interface StartNetworkOptions extends StartBrokerOptions {
  /** Keep the data in a vhost of its own, apart from the management. Default: false. */
  dataVhost?: boolean
  /** Where the manager keeps its documents; the caller opens and closes them. Default: empty ones, in a folder of this test. */
  documents?: DocumentStore
  /** For the manager and the agents; default: silent. */
  logger?: Logger
}

/**
 * Starts a broker and a manager for one test; they end, with all agents made through the network, when the
 * test ends.
 */
export async function startNetwork(t: TestScope, options: StartNetworkOptions = {}): Promise<TestNetwork> {
  const { dataVhost = false, logger } = options
  const broker = await startBroker(t, options)
  const admin = await broker.createUser("admin", "secret of the administrator")
  const dataUrl = dataVhost ? `vhost:${await broker.createVhost("data")}` : undefined
  const own = options.documents ? undefined : await openDocuments(await temporaryFolder(t, "documents"))
  const documents = options.documents ?? own!
  const net = new TestNetwork(t, { broker, admin, documents, dataUrl, logger })
  onTestEnd(t, async () => {
    await net.stopManager()
    await own?.close()
  })
  await net.startManager()
  return net
}
