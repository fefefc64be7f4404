import { hasLabels } from "@metricq/protocol"
import { RANDOM_SUFFIX } from "../network/client-tokens.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { printJson, printTable } from "../terminal/output.js"
import { labelsText } from "./client-label.js"

/** Options of `metricq client list`. */
export interface ClientListOptions extends ConnectionOptions {
  readonly all?: boolean
  readonly label: readonly string[]
  readonly json?: boolean
}

/** Print the clients that the manager has seen. */
export async function listClients(options: ClientListOptions): Promise<void> {
  const answer = await withClient(options, (client) => client.rpc("client.list", {}), { administrator: true })
  const clients = answer.clients
    .filter(({ token }) => options.all || !RANDOM_SUFFIX.test(token))
    .filter(({ labels }) => hasLabels(labels, options.label))
  if (options.json) return printJson(clients)
  printTable(
    [
      { title: "token" },
      { title: "last seen" },
      { title: "last function" },
      { title: "configuration" },
      { title: "first seen" },
      { title: "labels" },
    ],
    clients.map(({ token, lastSeen, lastFunction, config, firstSeen, labels }) => [
      token,
      lastSeen,
      lastFunction,
      config ? "yes" : "no",
      firstSeen,
      labelsText(labels),
    ]),
  )
}
