import type { Catalogue } from "./catalogue.js"
import type { ClientList, SeenClient } from "./client-list.js"

/** Databases by their tokens, and all clients that are known; undefined: this server may not ask for clients. */
export interface KnownDatabases {
  readonly tokens: string[]
  readonly clients: SeenClient[] | undefined
}

/**
 * Databases that can be asked: clients that are up and begin with `db-`. Databases measure themselves, so that those that have declared
 * metrics are known even where clients may not be asked for.
 */
export async function knownDatabases(
  clientList: Pick<ClientList, "list">,
  catalogue: Pick<Catalogue, "facets">,
): Promise<KnownDatabases> {
  const clients = await clientList.list().catch(() => undefined)
  const up = (clients ?? []).filter(({ state }) => state === "up").map(({ token }) => token)
  const declaring = catalogue.facets().source.map(({ value }) => value)
  const tokens = new Set([...up, ...declaring].filter((token) => token.startsWith("db-")))
  return { tokens: [...tokens].sort(), clients }
}
