import { checkToken, type JsonObject, RPCError } from "@metricq/client"
import type { StoredConfig } from "@metricq/protocol"
import type { FastifyRequest } from "fastify"
import { behalf } from "../api/configs.js"
import { checkRetention } from "../api/retention-guard.js"
import { storedConfig } from "../api/stored-config.js"
import { WebError } from "../server/web-error.js"
import type { WizardContext } from "./wizard-context.js"

const writing = { timeout: 15 }

/** What becomes of a stored configuration. */
export interface ConfigWrite {
  readonly config: JsonObject
  /** The one it was read at; null if there must be none yet. */
  readonly revision: string | null
  /** In place of a note by hand: what was done. */
  readonly note?: string
}

/** The stored configuration; @throws {WebError} `not-found` (404) if there is none; {DataError} for what is no token */
export async function existingConfig({ rpc }: WizardContext, token: string): Promise<StoredConfig> {
  checkToken(token)
  const stored = await storedConfig(rpc, token)
  if (stored === undefined) throw new WebError("not-found", `there is no configuration of ${token}`, { status: 404 })
  return stored
}

/**
 * Store a configuration, with its secrets, and note it; the revision it has then.
 *
 * @throws {WebError} `conflict` (409) if another revision is stored meanwhile, `retention`
 */
export async function writeConfig(
  { rpc, audit, clientList }: WizardContext,
  request: FastifyRequest,
  token: string,
  { before, ...write }: ConfigWrite & { readonly before: JsonObject | undefined },
): Promise<string> {
  checkRetention(request.identity, token, { before, after: write.config })
  try {
    const { revision } = await rpc.rpc("config.set", { token, ...write, ...behalf(request) }, writing)
    audit.record(request, { action: "config.set", subject: token, detail: { revision, note: write.note } })
    return revision
  } catch (error) {
    if (error instanceof RPCError && error.code === "conflict") throw conflict(token)
    throw error
  } finally {
    clientList.outdate()
  }
}

/**
 * Change a part of a stored configuration.
 *
 * @throws {WebError} as {@link existingConfig} and {@link writeConfig}
 */
export async function changeConfig(
  context: WizardContext,
  request: FastifyRequest,
  token: string,
  change: (config: JsonObject) => { readonly config: JsonObject; readonly note: string },
): Promise<void> {
  const { config: before, revision } = await existingConfig(context, token)
  await writeConfig(context, request, token, { ...change(before), before, revision })
}

/** What tells that somebody else was faster. */
export function conflict(token: string): WebError {
  const text = `the configuration of ${token} has changed since it was read`
  return new WebError("conflict", text, { status: 409, remedy: "load it again, and repeat" })
}
