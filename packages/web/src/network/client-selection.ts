import { globToRegExp, hasLabels } from "@metricq/protocol"

/** Which clients are meant: those whose token a glob stands for, and that have all of these labels. What is absent does not matter. */
export interface ClientSelection {
  readonly clients?: string
  readonly labels?: readonly string[]
}

/**
 * The tokens that are meant, of those there are.
 *
 * @throws {DataError} `pattern`
 */
export function selectClients(
  { clients, labels = [] }: ClientSelection,
  tokens: readonly string[],
  labelsOf: (token: string) => Readonly<Record<string, string>> | undefined,
): string[] {
  const named = clients === undefined ? undefined : globToRegExp(clients)
  return tokens.filter((token) => (named?.test(token) ?? true) && hasLabels(labelsOf(token), labels))
}
