import type { JsonObject } from "@metricq/client"
import { ConfigError, closest } from "@metricq/client"

/** An option of a discovery, given as `name=value`. */
export interface DiscoveryOption {
  /** What it means, with its default. */
  readonly description: string
  readonly isRequired?: boolean
}

/** How a kind of agent looks around in its network. */
export interface Discovery {
  /** One line: what it does. */
  readonly summary: string
  readonly options: Readonly<Record<string, DiscoveryOption>>
  /**
   * Look around, and make a configuration of what is found. `progress` takes lines for people. Ends early, with what there is,
   * when the signal aborts.
   */
  run(
    options: Readonly<Record<string, string>>,
    context: { readonly signal: AbortSignal; readonly progress: (line: string) => void },
  ): Promise<JsonObject>
}

/**
 * The options of words such as `host=10.0.0.5`.
 *
 * @throws {ConfigError} for words of another form, unknown names, and required ones that are missing
 */
export function parseDiscoveryOptions(
  kind: string,
  discovery: Discovery,
  words: readonly string[],
): Record<string, string> {
  const given = new Map<string, string>()
  const problems: string[] = []
  for (const word of words) {
    const at = word.indexOf("=")
    const name = at < 0 ? word : word.slice(0, at)
    if (at < 0) problems.push(`${JSON.stringify(word)}: expected name=value`)
    else if (Object.hasOwn(discovery.options, name)) given.set(name, word.slice(at + 1))
    else problems.push(unknownOption(name, Object.keys(discovery.options)))
  }
  for (const [name, { isRequired, description }] of Object.entries(discovery.options)) {
    if (isRequired && !given.has(name)) problems.push(`${name}=… is missing: ${description}`)
  }
  if (problems.length > 0) throw new ConfigError(`the discovery of ${kind}`, problems)
  return Object.fromEntries(given)
}

function unknownOption(name: string, known: readonly string[]): string {
  const near = closest(name, known)
  return `there is no option ${name}; ${near === undefined ? `there are: ${known.join(", ")}` : `did you mean ${near}?`}`
}
