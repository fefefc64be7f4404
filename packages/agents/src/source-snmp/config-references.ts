import { expandHost, isHostlist, parseAddress } from "./host-address.js"

interface Access {
  readonly version?: string | undefined
  readonly user?: string | undefined
  readonly auth?: unknown
  readonly priv?: unknown
}

interface Host extends Access {
  readonly infix: string
  readonly address?: string | undefined
  readonly community?: unknown
  readonly objects?: readonly string[] | undefined
}

/** What of a configuration refers to other parts of it. */
export interface References extends Access {
  readonly default_community?: unknown
  readonly default_object_collections: readonly string[]
  readonly snmp_object_collections: Readonly<Record<string, unknown>>
  readonly snmp_tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, { suffix: string }>> }>>
  readonly hosts: Readonly<Record<string, Host>>
}

/** A problem; `expected` says what should be there. */
export interface ReferenceProblem {
  readonly path: readonly (string | number)[]
  readonly expected: string
}

/** What does not fit together in a configuration each part of which is right. */
export function* checkReferences(config: References): Generator<ReferenceProblem> {
  yield* checkTables(config)
  yield* checkNames(config, config.default_object_collections, ["default_object_collections"])
  for (const [key, host] of Object.entries(config.hosts)) {
    yield* checkNames(config, host.objects ?? [], ["hosts", key, "objects"])
    yield* checkAddress(key, host)
    yield* checkAccess(config, key, host)
  }
}

function* checkTables({ snmp_tables, snmp_object_collections }: References): Generator<ReferenceProblem> {
  for (const [name, { columns }] of Object.entries(snmp_tables)) {
    if (Object.hasOwn(snmp_object_collections, name))
      yield { path: ["snmp_tables", name], expected: "another name than that of a collection" }
    for (const [oid, { suffix }] of Object.entries(columns)) {
      if (!/\{(name|index)\}/.test(suffix))
        yield { path: ["snmp_tables", name, "columns", oid, "suffix"], expected: "a name with {name} or {index}" }
    }
  }
}

function* checkNames(
  { snmp_object_collections, snmp_tables }: References,
  names: readonly string[],
  path: readonly string[],
): Generator<ReferenceProblem> {
  for (const [i, name] of names.entries()) {
    if (Object.hasOwn(snmp_object_collections, name) || Object.hasOwn(snmp_tables, name)) continue
    yield { path: [...path, i], expected: "the name of a collection or table" }
  }
}

function* checkAddress(key: string, { infix, address }: Host): Generator<ReferenceProblem> {
  try {
    if (address !== undefined && isHostlist(key)) {
      yield { path: ["hosts", key, "address"], expected: "none where the host is a hostlist" }
      return
    }
    for (const [host] of expandHost(key, infix)) parseAddress(address ?? host, 161)
  } catch (error) {
    const isInfix = (error as Error).message.startsWith("as many")
    const expected = isInfix ? (error as Error).message : 'an address such as "192.0.2.70" or "pdu[1-3].example:1161"'
    yield { path: ["hosts", key, ...(isInfix ? ["infix"] : address === undefined ? [] : ["address"])], expected }
  }
}

function* checkAccess(config: References, key: string, host: Host): Generator<ReferenceProblem> {
  const version = host.version ?? config.version ?? "2c"
  const [user, auth, priv] = [host.user ?? config.user, host.auth ?? config.auth, host.priv ?? config.priv]
  if (version === "3" && user === undefined)
    yield { path: ["hosts", key, "user"], expected: "the user of version 3, here or for all" }
  if (version === "3" && priv !== undefined && auth === undefined)
    yield { path: ["hosts", key, "auth"], expected: "auth where there is priv, here or for all" }
  if (version !== "3" && (host.community ?? config.default_community) === undefined)
    yield { path: ["hosts", key, "community"], expected: "a community, here or as default_community" }
}
