import type { Channel, ChannelSettings, ChannelType, Secret, Target } from "./channel-api.js"

/** Ports that are used if nobody says otherwise. */
const mailPorts = { tls: 465, starttls: 587, none: 25 } as const

/** Where a secret is: written here, in an environment variable, or in a file of the web server. */
export type SecretPlace = "text" | "$env" | "$file"

/** The fields of a channel, each as it is written. */
export interface ChannelForm {
  name: string
  type: ChannelType
  on: boolean
  minimum: ChannelSettings["minimum"]
  kinds: string[]
  metrics: string
  resolved: boolean
  digestS: number
  url: string
  host: string
  /** `null`: as usual. */
  port: number | null
  security: NonNullable<Target["security"]>
  encryption: NonNullable<Target["encryption"]>
  user: string
  from: string
  to: string
  reportingHost: string
  service: string
  resendS: number
  place: SecretPlace
  secret: string
}

/** Fields of a new channel, or of one that there is. */
export function formOf(channel?: Channel): ChannelForm {
  const { target = {}, type = "mail" } = channel ?? {}
  return {
    ...{ name: channel?.name ?? "", type, on: channel?.on ?? true, minimum: channel?.minimum ?? "warning" },
    ...{ kinds: [...(channel?.kinds ?? [])], metrics: (channel?.metrics ?? []).join("\n") },
    ...{ resolved: channel?.resolved ?? true, digestS: channel?.digestS ?? usualDigestS(type) },
    ...{ url: target.url ?? "", host: target.host ?? "", port: target.port ?? null },
    ...{ security: target.security ?? "starttls", encryption: target.encryption ?? "none" },
    ...{ user: target.user ?? "", from: target.from ?? "", to: (target.to ?? []).join("\n") },
    ...{ reportingHost: target.reportingHost ?? "", service: target.service ?? "MetricQ" },
    ...{ resendS: target.resendS ?? 180, ...secretFields(type === "webhook" ? target.secret : target.password) },
  }
}

/** Seconds that findings are gathered for where nobody has said anything. */
export function usualDigestS(type: ChannelType): number {
  return { mail: 60, webhook: 0, nsca: 5 }[type]
}

/** The port that counts where none is written. */
export function usualPort({ type, security }: Pick<ChannelForm, "type" | "security">): number {
  return type === "nsca" ? 5667 : mailPorts[security]
}

/** The channel that fields say; `before` is what it was, whose keys that have no field stay. */
export function channelOf(form: ChannelForm, before?: Channel): ChannelSettings {
  const { name, type, on, minimum, kinds, metrics, resolved, digestS } = form
  const kept = before?.type === type ? before.target : undefined
  return {
    ...{ name: name.trim(), type, on, minimum, kinds, resolved, digestS, metrics: linesOf(metrics) },
    target: withoutEmpty({ ...kept, ...targetOf(form) }),
  }
}

function targetOf(form: ChannelForm): Target {
  const { type, url, host, port, security, encryption, user, from, to, reportingHost, service, resendS } = form
  const secret = secretOf(form)
  if (type === "webhook") return { url: url.trim(), secret }
  const server = { host: host.trim(), port: port ?? undefined }
  if (type === "nsca") {
    const password = encryption === "none" ? undefined : secret
    return { ...server, encryption, password, reportingHost: reportingHost.trim(), service: service.trim(), resendS }
  }
  return { ...server, security, user: user.trim(), password: secret, from: from.trim(), to: linesOf(to) }
}

function secretFields(secret: Secret | undefined): { place: SecretPlace; secret: string } {
  if (secret === undefined || typeof secret === "string") return { place: "text", secret: secret ?? "" }
  return "$env" in secret ? { place: "$env", secret: secret.$env } : { place: "$file", secret: secret.$file }
}

function secretOf({ place, secret }: ChannelForm): Secret | undefined {
  if (secret.trim() === "") return undefined
  if (place === "text") return secret
  return place === "$env" ? { $env: secret.trim() } : { $file: secret.trim() }
}

/** What was not filled in is left to the server. */
function withoutEmpty(target: Target): Target {
  const given = Object.entries(target).filter(([, value]) => value !== undefined && value !== "")
  return Object.fromEntries(given) as Target
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean)
}
