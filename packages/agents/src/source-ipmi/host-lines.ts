/** What is kept of a host's output; more is left out. */
const MAX_LINES = 10_000
const MAX_LINE = 4096

/**
 * Sorts what a FreeIPMI tool prints, as it comes, by hosts. Asked for several hosts, it puts `host: ` before each line, the host as it
 * was named; asked for one, nothing, unless it is told to. Lines of hosts that were not asked are left out.
 */
export class HostLines {
  readonly #lines: ReadonlyMap<string, string[]>
  readonly #only: string[] | undefined
  #rest = ""

  constructor(hosts: readonly string[]) {
    this.#lines = new Map(hosts.map((host) => [host, []]))
    this.#only = hosts.length === 1 ? this.#lines.get(hosts[0] ?? "") : undefined
  }

  /** Takes a piece of output that may begin and end anywhere. Returns the hosts that have new lines. */
  add(text: string): Set<string> {
    const lines = (this.#rest + text).split("\n")
    this.#rest = (lines.pop() ?? "").slice(0, MAX_LINE)
    return new Set(lines.flatMap((line) => this.#take(line)))
  }

  /** The output has ended: so has its last line. */
  end(): void {
    if (this.#rest !== "") this.#take(this.#rest)
    this.#rest = ""
  }

  of(host: string): readonly string[] {
    return this.#lines.get(host) ?? []
  }

  #take(line: string): string[] {
    const at = line.indexOf(": ")
    const host = line.slice(0, Math.max(at, 0))
    const lines = this.#lines.get(host)
    if (lines !== undefined) {
      push(lines, line.slice(at + 2))
      return [host]
    }
    if (this.#only !== undefined) push(this.#only, line)
    return this.#only === undefined ? [] : [...this.#lines.keys()]
  }
}

function push(lines: string[], line: string): void {
  if (lines.length < MAX_LINES) lines.push(line.slice(0, MAX_LINE))
}
