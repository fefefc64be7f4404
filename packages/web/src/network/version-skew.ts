import type { SeenClient } from "./client-list.js"

/** Fewer clients of a program than this say nothing of what most of them run. */
const LEAST = 3

/** What a client runs. */
export interface ClientVersion {
  /** Its own version, else that of the library it is made with: `1.2`, `metricq-ts/0.1.0`. */
  readonly version: string
  /** The library it is made with, as it calls itself; empty where it does not. */
  readonly library: string
}

/** What a client says that it runs; empty where it says nothing. */
export function versionOf({ discover }: Pick<SeenClient, "discover">): ClientVersion {
  const text = (value: unknown) => (typeof value === "string" ? value : "")
  const library = text(discover?.metricqVersion)
  return { version: text(discover?.version) || library, library }
}

/**
 * Clients that run an older version than most of their kind, by token, with the version that they lag behind: the one that most of those run
 * that are newer. Compared are those that are connected: by their own version with others whose tokens begin with the same two words, else by
 * that of the library. Of fewer than three nothing is said.
 */
export function versionSkew(clients: readonly SeenClient[]): ReadonlyMap<string, string> {
  const groups = new Map<string, { token: string; version: string; numbers: number[] }[]>()
  for (const client of clients) {
    const program = programOf(client)
    const { version } = versionOf(client)
    const numbers = numbersOf(version)
    if (client.state === "gone" || program === undefined || numbers.length === 0) continue
    const group = groups.get(program) ?? []
    groups.set(program, group)
    group.push({ token: client.token, version, numbers })
  }
  const behind = new Map<string, string>()
  for (const group of groups.values()) {
    if (group.length < LEAST) continue
    for (const { token, numbers } of group) {
      const newer = group.filter((other) => compare(other.numbers, numbers) > 0)
      if (newer.length * 2 > group.length) behind.set(token, mostFrequent(newer.map(({ version }) => version)))
    }
  }
  return behind
}

function programOf(client: SeenClient): string | undefined {
  const { version, library } = versionOf(client)
  if (version === "") return undefined
  if (version === library) return `library ${library.split("/")[0]}`
  return `token ${client.token.split(/[-.]/).slice(0, 2).join("-")}`
}

/** The numbers of a version: `[0, 1, 0]` of `metricq-ts/0.1.0-rc1`. */
function numbersOf(version: string): number[] {
  const [, numbers = ""] = /(?:^|[/v ])(\d{1,9}(?:\.\d{1,9}){0,5})/.exec(version) ?? []
  return numbers === "" ? [] : numbers.split(".").map(Number)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ""
}
