import type { ConfigurationState } from "@metricq/protocol"

/**
 * How the configuration a client works with relates to the stored one:
 * `none` nothing is stored; `current` it has accepted what is stored; `sent` it was given what is stored, and has not said what it makes of
 * it (clients of other libraries never do); `refused` it has refused what is stored; `outdated` it was given an older one; `never` it was
 * never given any.
 */
export type ConfigDrift = "none" | "current" | "sent" | "refused" | "outdated" | "never"

export function driftOf({ stored, sent, accepted, refused }: ConfigurationState = {}): ConfigDrift {
  if (stored === undefined) return "none"
  const { revision } = stored
  if (refused?.revision === revision) return "refused"
  if (accepted?.revision === revision) return "current"
  if (sent?.revision === revision) return "sent"
  return sent === undefined && accepted === undefined ? "never" : "outdated"
}
