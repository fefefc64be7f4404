import type { Client, JsonObject, Metadata } from "@metricq/client"
import type { ClientList, SeenClient } from "../network/client-list.js"
import type { ConfigBook } from "../network/config-book.js"
import type { Declared } from "../network/config-effect.js"

/** `rename`: it is called so everywhere; `alias`: the network goes on with the old name, and databases store it under the new one. */
export type RenameMode = "rename" | "alias"

/** What is wished. */
export interface RenameWish {
  readonly from: string
  readonly to: string
  readonly mode: RenameMode
}

/** What a renaming works with: the page and the command have the same. */
export interface RenameNetwork {
  readonly rpc: Pick<Client, "rpc" | "rpcTo">
  readonly configBook: Pick<ConfigBook, "each">
  readonly clientList: Pick<ClientList, "list">
  /** What a client would declare with a configuration. */
  declared(token: string, config: JsonObject): Promise<Declared>
}

export type ClientState = SeenClient["state"] | "unknown"

/** Who produces the metric, and where it has the name from. */
export interface SourcePlan {
  readonly token: string
  readonly state: ClientState
  /** JSON pointers in its configuration to the name, or to the part of it that is to change. */
  readonly where: readonly string[]
  /** Values of its configuration that the name begins with. */
  readonly parts: readonly { readonly where: string; readonly text: string }[]
  /**
   * `edit`: its configuration can be changed; `done`: it declares the new name already; `elsewhere`: the name comes from its code, or from a
   * part that other metrics share; `silent`: it is not connected, so that nothing comes under the old name; `stays`: nothing is to change.
   */
  readonly how: "edit" | "done" | "elsewhere" | "silent" | "stays"
}

/** A configuration that is to become another one. */
export interface DocumentPlan {
  readonly token: string
  readonly role: "source" | "database" | "other"
  readonly state: ClientState
  /** JSON pointers to what changes, as far as the old name stands there. */
  readonly where: readonly string[]
  /** The revision of `before`. */
  readonly revision: string
  readonly before: JsonObject
  readonly after: JsonObject
}

/** What a database has of both names. */
export interface DatabasePlan {
  readonly token: string
  readonly state: ClientState
  /**
   * `rename`: only the name changes; `merge`: the two histories become one; `nothing`: it has no history of the old name; `refused`: both
   * have a history, and they do not go together; `unknown`: it is not there, or cannot rename.
   */
  readonly history: "rename" | "merge" | "nothing" | "refused" | "unknown"
  readonly points: number
  /** Points of the smaller history, which are written again. */
  readonly poured?: number
  /** Why it is refused, or nothing is known. */
  readonly reason?: string
}

/** Something in the way. `without`: the step that can be left out instead; absent: nothing helps but to do something about it. */
export interface Clash {
  readonly kind: "elsewhere" | "declared" | "history" | "away" | "cannot" | "keys"
  readonly token: string
  readonly detail?: string
  readonly without?: string
}

/** One thing that will be done. Its id names it where it is to be left out: `config:TOKEN`, `history:TOKEN`, `metadata`. */
export interface RenameStep {
  readonly id: string
  /** `both`: a database stores both names while the others change; `config`: the document; `history`, `metadata`: they move. */
  readonly kind: "both" | "config" | "history" | "metadata"
  readonly token?: string
}

/** Everything that a renaming would do, and what to know before. */
export interface RenamePlan extends RenameWish {
  readonly source: SourcePlan | null
  readonly documents: readonly DocumentPlan[]
  readonly databases: readonly DatabasePlan[]
  /** Who reads the old name now and is told by no document: they have to be changed by hand. Null: the manager does not tell. */
  readonly byHand: readonly { readonly token: string; readonly how: string }[] | null
  readonly clashes: readonly Clash[]
  readonly metadata: { readonly from: Metadata | null; readonly to: Metadata | null }
  readonly steps: readonly RenameStep[]
}
