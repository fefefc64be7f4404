import { type JsonObject, PeerAway, RPCError, type RpcContext, TimeoutError } from "@metricq/client"
import {
  object,
  optionalInteger,
  optionalSeconds,
  optionalText,
  required,
  text,
  tokenArgument,
  tokenOf,
} from "../arguments.js"
import { ConflictError } from "../documents/errors.js"
import type { ConfigVersion, ConfigWrite } from "../documents/store.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, ManagerFunction, Services } from "../services.js"
import { configDocument } from "./documents.js"

/** Largest configuration as JSON. All versions are kept, and a registration carries the newest. */
const MAX_CONFIG = 4 * 1024 * 1024
const MAX_NOTE = 4096
const MAX_BY = 100
/** Of what a client says when it refuses, so much is kept. */
const MAX_REFUSAL = 2000
/** Longest wait for a client's answer; whoever asked waits for 60 s by default. */
const MAX_APPLY_S = 55

/** Reading, writing, versions and application of configurations; for administrators. */
export function configFunctions(services: Services): FunctionGroup {
  const group: Record<string, (args: JsonObject, author: string) => Promise<JsonObject>> = {
    "config.list": async () => ({ configs: (await services.documents.configs()).map(summary) }),
    "config.get": (args) => get(services, args),
    "config.set": (args, author) => set(services, args, author),
    "config.versions": (args) => versions(services, args),
    "config.restore": (args, author) => restore(services, args, author),
    "config.delete": (args, author) => remove(services, args, author),
    "config.apply": (args) => apply(services, args),
    "config.retention": async () => ({ ...services.versions.retention }),
  }
  const guarded = Object.entries(group).map(([name, call]): [string, ManagerFunction] => [
    name,
    async (args, context) => call(args, services.administrators.check(context)),
  ])
  return { ...Object.fromEntries(guarded), "config.refused": (args, context) => refused(services, args, context) }
}

async function get({ documents }: Services, args: JsonObject): Promise<JsonObject> {
  const token = tokenArgument(args)
  const version = optionalInteger(args, "version", 1)
  if (version === undefined) return stored(await existing(documents.config(token), token))
  return stored(await existing(documents.configVersion(token, version), token, version))
}

async function set({ documents, versions }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const token = tokenArgument(args)
  const config = configOf(object(args, "config"))
  try {
    const { revision } = await documents.putConfig(token, config, writeOf(args, author))
    versions.written(token)
    return { token, revision }
  } catch (error) {
    return conflict(error, config)
  }
}

async function versions({ documents }: Services, args: JsonObject): Promise<JsonObject> {
  const token = tokenArgument(args)
  const limit = optionalInteger(args, "limit", 1, 1000) ?? 100
  const before = optionalInteger(args, "before", 1)
  const found = await documents.configVersions(token, { limit, before })
  if (found.length === 0 && before === undefined) throw unknown(token)
  const entries = found.map((entry) => ({
    version: entry.version,
    ...revisionInfo(entry),
    ...(entry.deleted && { deleted: true }),
  }))
  return { token, versions: entries }
}

async function restore({ documents, versions }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const token = tokenArgument(args)
  required(args, "version")
  const version = optionalInteger(args, "version", 1)!
  const { config } = await existing(documents.configVersion(token, version), token, version)
  const note = optionalText(args, "note") ?? `restored from version ${version}`
  const { revision } = await documents.putConfig(token, config, { ...writeOf(args, author), note })
  versions.written(token)
  return { token, revision }
}

async function remove({ documents, versions }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const token = tokenArgument(args)
  try {
    if (!(await documents.deleteConfig(token, writeOf(args, author)))) throw unknown(token)
  } catch (error) {
    return conflict(error, {})
  }
  versions.written(token)
  return {}
}

/** Send the stored configuration to its client, and tell what came back. */
async function apply({ documents, network, clients }: Services, args: JsonObject): Promise<JsonObject> {
  const token = tokenArgument(args)
  const timeoutS = optionalSeconds(args, "timeout", MAX_APPLY_S) ?? 10
  const by = byOf(args)
  const config = await existing(documents.config(token), token)
  const { revision } = config
  const sent = () => clients.configurationSent(token, revision, "apply", by)
  try {
    const response = await network.ask(token, "config", configDocument(config), timeoutS)
    sent()
    clients.configurationAccepted(token, revision)
    return { token, answered: true, response }
  } catch (error) {
    if (error instanceof PeerAway) return { token, answered: false, reason: "not connected" }
    if (error instanceof TimeoutError) {
      sent()
      return { token, answered: false, reason: `no answer in ${timeoutS} s` }
    }
    if (!(error instanceof RPCError)) throw error
    sent()
    const text = String(error.answer.error ?? error.message)
    clients.configurationRefused(token, revision, text.slice(0, MAX_REFUSAL))
    return { token, answered: true, refused: text }
  }
}

/** What a client says of the configuration that it was given when it registered. Only what it was given last counts. */
async function refused({ clients }: Services, args: JsonObject, context: RpcContext): Promise<JsonObject> {
  clients.configurationRefused(tokenOf(context), text(args, "revision"), text(args, "text").slice(0, MAX_REFUSAL))
  return {}
}

/** Without what storage adds, and without keys that would not survive the way to the client. */
function configOf({ _id, _rev, ...config }: JsonObject): JsonObject {
  if ("function" in config) {
    throw new RequestError(
      'a configuration cannot have the key "function": it stands beside it when it is sent to the client',
    )
  }
  const reserved = Object.keys(config).find((key) => key.startsWith("_"))
  if (reserved !== undefined)
    throw new RequestError(`a configuration cannot have the key "${reserved}": keys with a leading _ are reserved`)
  const size = Buffer.byteLength(JSON.stringify(config))
  if (size > MAX_CONFIG)
    throw new RequestError(`the configuration has ${size} bytes as JSON, at most ${MAX_CONFIG} are stored`)
  return config
}

function writeOf(args: JsonObject, author: string): ConfigWrite {
  const note = optionalText(args, "note") ?? ""
  if (note.length > MAX_NOTE)
    throw new RequestError(`"note" has ${note.length} characters, at most ${MAX_NOTE} are stored`)
  const by = byOf(args)
  if (args.revision === null) return { author, by, note, base: null }
  return { author, by, note, base: args.revision === undefined ? undefined : text(args, "revision") }
}

function byOf(args: JsonObject): string | undefined {
  const by = optionalText(args, "by")
  if (by === undefined || by.length <= MAX_BY) return by
  throw new RequestError(`"by" has ${by.length} characters, at most ${MAX_BY} are stored`)
}

async function existing(
  found: Promise<ConfigVersion | undefined>,
  token: string,
  version?: number,
): Promise<ConfigVersion> {
  const config = await found
  if (config && !config.deleted) return config
  throw unknown(token, version)
}

function unknown(token: string, version?: number): RequestError {
  const which = version === undefined ? "" : ` in version ${version}`
  return new RequestError(`no configuration for ${token}${which}`)
}

/** The answer to a write that came too late; any other error goes on. */
function conflict(error: unknown, yours: JsonObject): JsonObject {
  if (!(error instanceof ConflictError)) throw error
  return { error: error.message, code: "conflict", current: error.current ? stored(error.current) : null, yours }
}

function stored(entry: ConfigVersion): JsonObject {
  return { ...summary(entry), config: entry.config }
}

function summary(entry: ConfigVersion): JsonObject {
  return { token: entry.token, ...revisionInfo(entry) }
}

/** Who stored it, when and why. */
export function revisionInfo({ revision, time, author, by, note }: ConfigVersion): JsonObject {
  return { revision, time, author, ...(by !== undefined && { by }), note }
}
