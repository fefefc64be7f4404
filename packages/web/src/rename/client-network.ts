import type { Client } from "@metricq/client"
import type { KindCatalogue } from "../api/kind-catalogue.js"
import { ClientList } from "../network/client-list.js"
import { ConfigBook } from "../network/config-book.js"
import { declaredBy } from "../network/config-effect.js"
import type { RenameNetwork } from "./rename-plan.js"

/** What renaming works with, by a client of the network: an administrator's, as it changes configurations. */
export function renameNetworkOf(client: Client, kinds: Pick<KindCatalogue, "declared">): RenameNetwork {
  return {
    rpc: client,
    configBook: new ConfigBook(client),
    clientList: new ClientList(client),
    declared: (token, config) =>
      declaredBy(client, { token, config, isOurs: false }, async () => kinds.declared?.(token, config)),
  }
}
