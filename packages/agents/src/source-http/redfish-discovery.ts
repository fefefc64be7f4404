import { type JsonObject, MetricqError } from "@metricq/client"
import type { Discovery } from "../kit/discovery.js"
import { passwordOf, passwordOption } from "../kit/discovery-secret.js"
import { HttpHost } from "../kit/http/http-host.js"
import { limitedSignal } from "../kit/limited-signal.js"
import { namePart } from "../kit/name-part.js"
import { type Login, loginOf } from "./login.js"

const REQUEST_MS = 10_000
/** Resources that are read at most. */
const MAX_RESOURCES = 200

/** A sensor that was found. */
interface Found {
  readonly suffix: string
  readonly path: string
  readonly jsonPath: string
  readonly unit: string
  readonly description: string
}

/** What is looked for in a chassis: where its list is, which key of an element is the value, and what it is called. */
interface List {
  readonly resource: "Power" | "Thermal"
  readonly list: string
  readonly value: string
  readonly unit: string
  readonly name: string
}

const lists: readonly List[] = [
  { resource: "Power", list: "PowerControl", value: "PowerConsumedWatts", unit: "W", name: "power" },
  { resource: "Power", list: "Voltages", value: "ReadingVolts", unit: "V", name: "voltage" },
  { resource: "Thermal", list: "Temperatures", value: "ReadingCelsius", unit: "degC", name: "temperature" },
  { resource: "Thermal", list: "Fans", value: "Reading", unit: "rpm", name: "fan" },
]

/** Reads the chassis of a Redfish service, and makes a configuration of its power, voltages, temperatures and fans. */
export const redfishDiscovery: Discovery = {
  summary: "reads the sensors of a Redfish service",
  options: {
    host: { description: "address of the BMC, with a port where needed", isRequired: true },
    name: { description: "first part of the metrics' names; default: the host's first component" },
    user: { description: "user of the BMC; default: no login" },
    password: passwordOption,
    verify_ssl: { description: "true: check the certificate; default false" },
    insecure: { description: "true: http instead of https; default false" },
    interval: { description: 'interval of the configuration; default "10s"' },
  },
  async run(
    { host: address = "", name, user, password, verify_ssl, insecure, interval = "10s" },
    { signal, progress },
  ) {
    const login_type = user === undefined ? ("none" as const) : ("redfish" as const)
    const login = loginOf({ login_type, user, password: password === undefined ? undefined : passwordOf(password) })
    const host = new HttpHost(`${insecure === "true" ? "http" : "https"}://${address}`, {
      verifySsl: verify_ssl === "true",
    })
    const service = new RedfishService(host, login, signal)
    try {
      await login.enter(host, service.limit)
      const metrics = metricsOf(await foundIn(service, progress))
      progress(`${Object.keys(metrics).length} sensors found at ${address}`)
      const credentials = user === undefined ? {} : { login_type, user, password: { $env: "METRICQ_SECRET_BMC" } }
      const where = { hosts: address, names: name ?? namePart(address.split(/[.:]/)[0] ?? "bmc"), ...credentials }
      return {
        interval,
        hosts: [{ ...where, verify_ssl: verify_ssl === "true", insecure: insecure === "true", metrics }],
      }
    } finally {
      await login.leave(host, AbortSignal.timeout(REQUEST_MS))
      await host.close()
    }
  },
}

class RedfishService {
  readonly #host: HttpHost
  readonly #login: Login
  readonly #signal: AbortSignal
  #read = 0

  constructor(host: HttpHost, login: Login, signal: AbortSignal) {
    this.#host = host
    this.#login = login
    this.#signal = signal
  }

  /** For one request. */
  get limit(): AbortSignal {
    return limitedSignal(this.#signal, REQUEST_MS)
  }

  /** The resource at a path; `undefined` if there is none. */
  async get(path: string): Promise<JsonObject | undefined> {
    this.#read += 1
    if (this.#read > MAX_RESOURCES) return undefined
    const { status, text } = await this.#host.request(path, { headers: this.#login.headers, signal: this.limit })
    if (status === 404) return undefined
    if (status < 200 || status > 299) throw new MetricqError("http-status", `${path}: answered with ${status}`)
    return JSON.parse(text)
  }
}

async function foundIn(service: RedfishService, progress: (line: string) => void): Promise<Found[]> {
  const chassis = membersOf(await service.get("/redfish/v1/Chassis"))
  const found: Found[] = []
  for (const path of chassis) {
    progress(`reading ${path}`)
    for (const resource of ["Power", "Thermal"] as const) {
      const at = `${path.replace(/\/$/, "")}/${resource}`
      const document = await service.get(at)
      const prefix = chassis.length > 1 ? `${namePart(path.split("/").at(-1) ?? "")}.` : ""
      if (document !== undefined)
        found.push(
          ...lists
            .filter((list) => list.resource === resource)
            .flatMap((list) => sensorsOf(document, list, at, prefix)),
        )
    }
  }
  return found
}

/** Elements without a number are left out: the sensor is not there, or does not work. */
function sensorsOf(document: JsonObject, { list, value, unit, name }: List, path: string, prefix: string): Found[] {
  const elements = document[list]
  if (!Array.isArray(elements)) return []
  return elements.flatMap((element, i) => {
    const sensor = (element ?? {}) as JsonObject
    if (typeof sensor[value] !== "number") return []
    const label = typeof sensor.Name === "string" ? sensor.Name : ""
    const isOnly = elements.length === 1 && list === "PowerControl"
    const suffix = prefix + (isOnly ? name : `${name}.${namePart(label) || i}`)
    return [{ suffix, path, jsonPath: `$.${list}[${i}].${value}`, unit, description: label }]
  })
}

function metricsOf(found: readonly Found[]): Record<string, JsonObject> {
  const metrics: Record<string, JsonObject> = {}
  for (const { suffix, path, jsonPath, unit, description } of found) {
    let name = suffix
    for (let i = 2; name in metrics; i += 1) name = `${suffix}_${i}`
    metrics[name] = { path, plugin: "json", plugin_params: { json_path: jsonPath }, unit, description }
  }
  return metrics
}

function membersOf(collection: JsonObject | undefined): string[] {
  const members = collection?.Members
  if (!Array.isArray(members)) throw new MetricqError("http", "/redfish/v1/Chassis: there is no list of chassis")
  return members.flatMap((member) => {
    const path = (member as JsonObject | null)?.["@odata.id"]
    return typeof path === "string" ? [path] : []
  })
}
