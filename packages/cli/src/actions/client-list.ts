import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { printJson, printTable } from "../terminal/output.js"

/** What clients append that may run many times at once. */
const RANDOM_SUFFIX = /\.[0-9a-f]{32}$/

/** Options of `metricq client list`. */
export interface ClientListOptions extends ConnectionOptions {
  readonly all?: boolean
  readonly json?: boolean
}

/** Print the clients that the manager has seen. */
export async function listClients(options: ClientListOptions): Promise<void> {
  const answer = await withClient(options, (client) => client.rpc("client.list", {}), { administrator: true })
  const clients = answer.clients.filter(({ token }) => options.all || !RANDOM_SUFFIX.test(token))
  if (options.json) return printJson(clients)
  printTable(
    [
      { title: "token" },
      { title: "last seen" },
      { title: "last function" },
      { title: "configuration" },
      { title: "first seen" },
    ],
    clients.map(({ token, lastSeen, lastFunction, config, firstSeen }) => [
      token,
      lastSeen,
      lastFunction,
      config ? "yes" : "no",
      firstSeen,
    ]),
  )
}
