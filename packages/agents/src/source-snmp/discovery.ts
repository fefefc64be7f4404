import { ConfigError, type JsonObject, MetricqError } from "@metricq/client"
import type { Varbind } from "net-snmp"
import type { Discovery } from "../kit/discovery.js"
import { passwordOf } from "../kit/discovery-secret.js"
import { milliseconds } from "../kit/fields/duration.js"
import type { Access, AuthName, PrivName } from "./access.js"
import { configOf } from "./found-config.js"
import { parseAddress, printAddress } from "./host-address.js"
import { namePart } from "./metric.js"
import { isOid, plainOid } from "./oid.js"
import { SnmpSession } from "./session.js"
import { walk } from "./walk.js"

/** What is walked unless something else is said: what standards describe, and what makers do. */
const ROOTS = ["1.3.6.1.2.1", "1.3.6.1.4.1"]
/** Objects that are looked at, at most. */
const MAX_WALK = 20_000
const PROGRESS_EVERY = 2000

type Options = Readonly<Record<string, string>>

/** Walks through the objects of a host, and makes a configuration of its numbers and tables. */
export const snmpDiscovery: Discovery = {
  summary: "walks through the objects of a host",
  options: {
    host: { description: "address of the host, with a port where needed", isRequired: true },
    port: { description: "UDP port; default 161" },
    version: { description: '"1", "2c" or "3"; default "3" if there is a user, else "2c"' },
    community: { description: "$NAME of the environment, @FILE, or the text itself; default public" },
    user: { description: "for version 3: the user" },
    auth: { description: "for version 3: md5, sha, sha224, sha256, sha384 or sha512; default sha" },
    auth_password: { description: "for version 3: $NAME of the environment, @FILE, or the text itself" },
    priv: { description: "for version 3: des, aes, aes256b or aes256r; default aes" },
    priv_password: { description: "for version 3: $NAME of the environment, @FILE, or the text itself" },
    context: { description: "for version 3: the context" },
    root: { description: "OID below which to look; default: all that standards and makers describe" },
    prefix: { description: 'first part of the metrics\' names; default "snmp"' },
    name: { description: "middle part of the metrics' names; default: the host" },
    interval: { description: 'interval of the configuration; default "10s"' },
    timeout: { description: "of a request; default 2 s" },
  },
  async run(options, { signal, progress }) {
    const access = accessOf(options)
    const session = await SnmpSession.open(access, signal)
    try {
      const found = await objectsBelow(rootsOf(options), session, signal, progress)
      if (found.length === 0) throw new MetricqError("nothing-found", `${session.peer} has no objects there`)
      return documentOf(options, access, found, progress)
    } finally {
      session.close()
    }
  },
}

async function objectsBelow(
  roots: readonly string[],
  session: SnmpSession,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<Varbind[]> {
  const found: Varbind[] = []
  try {
    for (const root of roots) {
      progress(`walking through .${root} of ${session.peer}`)
      for await (const varbind of walk(session, root, signal)) {
        found.push(varbind)
        if (found.length % PROGRESS_EVERY === 0) progress(`${found.length} objects, at .${varbind.oid}`)
        if (found.length >= MAX_WALK) {
          progress(`there are more than ${MAX_WALK} objects: the rest is left out; give root=… to look elsewhere`)
          return found
        }
      }
    }
  } catch (error) {
    // What there is by then is the result.
    if (found.length === 0 || !signal.aborted) throw error
  }
  return found
}

function documentOf(
  options: Options,
  access: Access,
  found: readonly Varbind[],
  progress: (line: string) => void,
): JsonObject {
  const { prefix = "snmp", interval = "10s", root } = options
  const { objects, tables, omitted } = configOf(found, root !== undefined)
  progress(`${Object.keys(objects).length} objects and ${Object.keys(tables).length} tables found`)
  if (omitted > 0) progress(`${omitted} numbers are left out; give root=… to see those below an OID`)
  const name = options.name ?? namePart(access.host.replace(/\.[a-z].*$/i, ""))
  return {
    default_interval: interval,
    default_prefix: prefix,
    ...(access.version !== "3" && { default_community: { $env: "METRICQ_SECRET_COMMUNITY" } }),
    default_object_collections: [...(Object.keys(objects).length > 0 ? ["found"] : []), ...Object.keys(tables)],
    additional_metric_attributes: ["unit"],
    snmp_object_collections: Object.keys(objects).length > 0 ? { found: objects } : {},
    snmp_tables: tables,
    hosts: { [printAddress(access)]: { infix: name, description: name, ...credentialsOf(access) } },
  }
}

/** As a host has them in a configuration, with references in place of secrets. */
function credentialsOf({ version, user, auth, priv, context }: Access): JsonObject {
  if (version !== "3") return version === "1" ? { version } : {}
  const secret = (name: string) => ({ $env: `METRICQ_SECRET_SNMP_${name}` })
  return {
    version,
    user: user ?? "",
    ...(auth !== undefined && { auth: { protocol: auth.protocol, password: secret("AUTH") } }),
    ...(priv !== undefined && { priv: { protocol: priv.protocol, password: secret("PRIV") } }),
    ...(context !== undefined && { context }),
  }
}

function rootsOf({ root }: Options): readonly string[] {
  if (root === undefined) return ROOTS
  if (!isOid(root)) throw wrong(`root=${root}: expected an OID such as .1.3.6.1.4.1.318`)
  return [plainOid(root)]
}

function accessOf(options: Options): Access {
  const { host = "", user, version = user === undefined ? "2c" : "3", community = "public", context } = options
  const { auth = "sha", auth_password, priv = "aes", priv_password } = options
  const port = Number(options.port ?? 161)
  if (!Number.isInteger(port)) throw wrong(`port=${options.port}: expected a number`)
  const common = { ...parseAddress(host, port), timeoutMs: milliseconds(options.timeout ?? 2), retries: 2 }
  if (version === "1" || version === "2c") return { ...common, version, community: passwordOf(community) }
  if (version !== "3") throw wrong(`version=${version}: expected 1, 2c or 3`)
  if (user === undefined) throw wrong("user=… is missing: version 3 needs one")
  if (priv_password !== undefined && auth_password === undefined)
    throw wrong("auth_password=… is missing: it is needed where there is priv_password")
  return {
    ...common,
    version,
    user,
    context,
    auth:
      auth_password === undefined
        ? undefined
        : { protocol: oneOf(authNames, auth), password: passwordOf(auth_password) },
    priv:
      priv_password === undefined
        ? undefined
        : { protocol: oneOf(privNames, priv), password: passwordOf(priv_password) },
  }
}

const authNames: readonly AuthName[] = ["md5", "sha", "sha224", "sha256", "sha384", "sha512"]
const privNames: readonly PrivName[] = ["des", "aes", "aes256b", "aes256r"]

function oneOf<T extends string>(names: readonly T[], text: string): T {
  const found = names.find((name) => name === text.toLowerCase())
  if (found === undefined) throw wrong(`${text}: expected one of ${names.join(", ")}`)
  return found
}

function wrong(problem: string): ConfigError {
  return new ConfigError("the discovery of source-snmp", [problem])
}
