import { type Finding, healthApi } from "../health/health-api.js"

/** So many are shown of each; the others are in Health. */
const MOST_OPEN = 8
const MOST_RESOLVED = 20

/** What was found about a client and its metrics: what holds, and what did, newest first. Reactive. */
export class ClientFindings {
  readonly #token: string
  open: Finding[] = $state.raw([])
  resolved: Finding[] = $state.raw([])
  /** How many there are of both. */
  totals = $state.raw({ open: 0, resolved: 0 })

  constructor(token: string) {
    this.#token = token
  }

  /** Ask the server; what is shown stays when that fails. */
  async read(signal: AbortSignal): Promise<void> {
    const client = this.#token
    const [open, resolved] = await Promise.all([
      healthApi.findings({ client, limit: MOST_OPEN }, signal),
      healthApi.history({ client, limit: MOST_RESOLVED }, signal),
    ])
    this.open = [...open.findings].sort((a, b) => (a.since > b.since ? -1 : 1))
    this.resolved = resolved.findings
    this.totals = { open: open.total, resolved: resolved.total }
  }
}
