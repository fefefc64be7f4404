import { type ClientOptions, consoleLogger, type Logger } from "@metricq/client"
import { AddressList } from "../access/address-list.js"
import { type OidcOptions, type OidcSettings, parseOidcOptions } from "../access/oidc/oidc-options.js"
import { parseTrustedHeader, type TrustedHeader } from "../access/proxy-user.js"
import type { KindCatalogue } from "../api/kind-catalogue.js"
import { WebError } from "./web-error.js"

/** How a web server is set up. */
export interface WebServerOptions extends Pick<ClientOptions, "connectionTimeout" | "stopTimeout" | "tls"> {
  /** `amqp[s]://user:password@host:port/vhost` of the management network. */
  readonly url: string
  /** Begin of the tokens of its clients; a random part is added. Default `web`. */
  readonly token?: string
  /** Address it listens on. Beyond loopback it starts only if there is an administrator who can log in, or with `trustedHeader`. Default 127.0.0.1. */
  readonly host?: string
  /** Default 3000; 0 for any free one. */
  readonly port?: number
  /** Path before all its addresses, for a reverse proxy. Default `/`. */
  readonly prefix?: string
  /** Where people reach it through a reverse proxy, such as `https://lab.example.org/metricq/`: its host is allowed, too. */
  readonly publicUrl?: string
  /** Folder for what this server keeps itself: accounts, audit log, what was said of findings. Without it, it keeps nothing. */
  readonly folder?: string
  /** Header by which a reverse proxy tells who has logged in there: `x-remote-user`, or with that of the role `x-remote-user:x-remote-role`. */
  readonly trustedHeader?: string
  /** Where that proxy is, which also tells the address of whoever asks (`X-Forwarded-For`): addresses, networks, `loopback`. Default: loopback. */
  readonly trustedProxies?: readonly string[]
  /** A provider of OpenID Connect, through which people can log in; needs `folder`. Default: none. */
  readonly oidc?: OidcOptions
  /** Origins of other pages that may read here, such as `https://lab.example.org`, or `*`. Default: none. */
  readonly corsOrigins?: readonly string[]
  /** Publish the numbers of findings as metrics whose names begin so, unless the settings say otherwise. Default: do not. */
  readonly healthPrefix?: string
  /** File with channels that findings are sent to, beside those of the settings: `{ "channels": […] }`. */
  readonly healthChannels?: string
  /** Folder of the built page; default: that of this package. */
  readonly uiFolder?: string
  /** Kinds of clients whose configurations have forms and templates on the page; default: none. */
  readonly kinds?: KindCatalogue
  readonly logger?: Logger
}

/** Options with their defaults filled in. */
export interface ResolvedOptions
  extends Omit<WebServerOptions, "publicUrl" | "trustedHeader" | "trustedProxies" | "oidc"> {
  readonly token: string
  readonly host: string
  readonly port: number
  /** Begins and ends with a slash. */
  readonly prefix: string
  readonly publicUrl: URL | undefined
  readonly trustedHeader: TrustedHeader | undefined
  readonly trustedProxies: AddressList
  readonly oidc: OidcSettings | undefined
  readonly corsOrigins: readonly string[]
  readonly logger: Logger
}

/** @throws {WebError} `prefix`, `public-url`, `trusted-header`, `address`, `oidc` for what cannot be */
export function resolveOptions(options: WebServerOptions): ResolvedOptions {
  const { token = "web", host = "127.0.0.1", port = 3000, logger = consoleLogger("warn") } = options
  return {
    ...options,
    token,
    host,
    port,
    logger,
    prefix: prefixOf(options.prefix),
    publicUrl: urlOf(options.publicUrl),
    trustedHeader: options.trustedHeader === undefined ? undefined : parseTrustedHeader(options.trustedHeader),
    trustedProxies: new AddressList(options.trustedProxies ?? ["loopback"]),
    oidc: options.oidc === undefined ? undefined : parseOidcOptions(options.oidc),
    corsOrigins: options.corsOrigins ?? [],
  }
}

function prefixOf(text = "/"): string {
  if (!/^[\w./~-]*$/.test(text) || text.includes("..")) {
    throw new WebError("prefix", `the prefix is a path such as /metricq/, not ${JSON.stringify(text)}`)
  }
  return `/${text}/`.replace(/\/+/g, "/")
}

function urlOf(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new WebError("public-url", `the public URL begins with http:// or https://, not ${JSON.stringify(text)}`)
}
