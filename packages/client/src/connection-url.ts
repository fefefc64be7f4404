import { DataError } from "@metricq/protocol"

/** The parts of an AMQP URL, decoded. */
export interface ConnectionUrl {
  protocol: "amqp" | "amqps"
  hostname: string
  port: number
  username: string
  password: string
  vhost: string
  /** Seconds, from the query parameter `heartbeat`. */
  heartbeat?: number
}

const hidden = "******"

/**
 * Take an `amqp[s]://[user[:password]@]host[:port][/vhost][?heartbeat=seconds]` URL apart.
 *
 * Without user and password they are `guest`; an empty path means the vhost `/`. User, password and vhost are
 * percent-decoded; a vhost with slashes may be written with or without encoding them.
 *
 * @throws {DataError} `url` if it is not such a URL; the message does not show the password
 */
export function parseConnectionUrl(url: string): ConnectionUrl {
  const parts = tryUrl(url)
  const protocol = parts?.protocol.slice(0, -1)
  if (parts === undefined || (protocol !== "amqp" && protocol !== "amqps") || parts.hostname === "") {
    throw new DataError("url", `"${maskUrl(url)}" is not a broker address: write amqp://host/ or amqps://host/`)
  }
  const anonymous = parts.username === "" && parts.password === ""
  const result: ConnectionUrl = {
    protocol,
    hostname: parts.hostname.replace(/^\[|\]$/g, ""),
    port: parts.port === "" ? (protocol === "amqp" ? 5672 : 5671) : Number(parts.port),
    username: anonymous ? "guest" : decode(parts.username),
    password: anonymous ? "guest" : decode(parts.password),
    vhost: decode(parts.pathname.slice(1)) || "/",
  }
  const heartbeat = Number(parts.searchParams.get("heartbeat") ?? Number.NaN)
  if (heartbeat >= 0 && heartbeat <= 65_535) result.heartbeat = Math.round(heartbeat)
  return result
}

/** The URL as it may be shown: with `******` for the password. Works on anything that looks like a URL, valid or not. */
export function maskUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/i, (_all, scheme: string, login: string) => {
    const colon = login.indexOf(":")
    return colon < 0 ? `${scheme}${login}@` : `${scheme}${login.slice(0, colon)}:${hidden}@`
  })
}

/**
 * The URL of the data network, from that of the management network and the address the manager announces.
 *
 * `vhost:name` and `vhost:/name` mean the same broker and login with another vhost, `vhost:/` the vhost `/`; a URL means
 * that broker with the login of the management URL, whatever login it has itself. Query parameters are not carried over.
 *
 * @throws {DataError} `data-address` if the address is neither
 */
export function deriveAddress(managementUrl: string, dataServerAddress: string): string {
  const management = parseConnectionUrl(managementUrl)
  const announced = dataServerAddress.startsWith("vhost:")
    ? { ...management, vhost: dataServerAddress.slice("vhost:".length).replace(/^\//, "") || "/" }
    : { ...announcedUrl(dataServerAddress), username: management.username, password: management.password }
  return formatConnectionUrl(announced)
}

function announcedUrl(address: string): ConnectionUrl {
  try {
    return parseConnectionUrl(address)
  } catch {
    throw new DataError(
      "data-address",
      `the manager announces the data network as "${maskUrl(address)}", which is neither vhost:NAME nor amqp://host/vhost`,
    )
  }
}

function formatConnectionUrl(parts: ConnectionUrl): string {
  const login = `${encodeURIComponent(parts.username)}:${encodeURIComponent(parts.password)}`
  const host = parts.hostname.includes(":") ? `[${parts.hostname}]` : parts.hostname
  const path = parts.vhost === "/" ? "" : encodeURIComponent(parts.vhost)
  return `${parts.protocol}://${login}@${host}:${parts.port}/${path}`
}

function tryUrl(url: string): URL | undefined {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
