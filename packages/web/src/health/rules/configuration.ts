import type { ClientObservation, ConfigurationObservation, NetworkRule } from "../observation.js"

/** Applying takes a moment, and people compare before they apply. */
const OUTDATED_AFTER_MS = 600_000

/** `config-refused`: a client has refused the configuration that is stored for it, and goes on with the one before. */
export const configRefused: NetworkRule = {
  kind: "config-refused",
  check({ clients }) {
    if (clients === undefined) return "unknown"
    return clients.filter(hasRefused).map(({ token, configuration }) => ({
      ...({ kind: "config-refused", severity: "error", subject: { client: token }, source: token } as const),
      message: `${token} has refused its configuration: ${configuration!.refused!.text}`,
      remedy: "correct the configuration and apply it, or restore the version before",
      values: valuesOf(configuration!),
      ...(isRestorable(token, configuration) ? { fix: "restore" as const } : {}),
    }))
  },
}

/** `config-outdated`: a client works with another configuration than the stored one. */
export const configOutdated: NetworkRule = {
  kind: "config-outdated",
  check({ clients, nowMs }) {
    if (clients === undefined) return "unknown"
    return clients
      .filter((client) => client.isUp && isOutdated(client, nowMs) && !hasRefused(client))
      .map(({ token }) => ({
        ...({ kind: "config-outdated", severity: "warning", subject: { client: token }, source: token } as const),
        ...({ fix: "apply" } as const),
        message: `${token} works with an older configuration than the one that is stored`,
        remedy: "apply the stored configuration",
        values: {},
      }))
  },
}

function valuesOf({ accepted, refused }: ConfigurationObservation): Record<string, string> {
  const text = refused?.text ?? ""
  return accepted === undefined ? { text } : { text, accepted }
}

/** How long a database keeps points is in its configuration, and for administrators to say. */
function isRestorable(token: string, configuration: ConfigurationObservation | undefined): boolean {
  return configuration?.accepted !== undefined && !token.startsWith("db-")
}

function hasRefused({ configuration }: ClientObservation): boolean {
  const { refused, stored } = configuration ?? {}
  return refused !== undefined && refused.revision === stored
}

function isOutdated({ configuration }: ClientObservation, nowMs: number): boolean {
  const { stored, accepted, storedMs = 0 } = configuration ?? {}
  if (stored === undefined || accepted === undefined || stored === accepted) return false
  return nowMs - storedMs > OUTDATED_AFTER_MS
}
