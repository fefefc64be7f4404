import type { SubscriberRole } from "@metricq/protocol"

/** What a client does in the network. */
export type ClientRole = SubscriberRole | "source" | "manager" | "web" | "history" | "other"

/** What is known of a client. */
export interface RoleSigns {
  /** How it has subscribed, if it has. */
  readonly subscribes: SubscriberRole | undefined
  /** Whether metrics are declared by it. */
  readonly declares: boolean
  /** Begin of the tokens of the web server that asks. */
  readonly web: string
}

/** What a client does, by what it has asked for, else by the conventions for tokens. */
export function roleOf(token: string, { subscribes, declares, web }: RoleSigns): ClientRole {
  const first = /^[^-.]*/.exec(token)?.[0] ?? ""
  if (token === "manager") return "manager"
  if (token === web || token.startsWith(`${web}.`) || token.startsWith(`${web}-live`)) return "web"
  if (subscribes === "database" || subscribes === "transformer") return subscribes
  if (first === "db") return "database"
  if (first === "transformer") return "transformer"
  if (declares || first === "source") return "source"
  if (subscribes === "sink" || first === "sink") return "sink"
  return first === "history" ? "history" : "other"
}
