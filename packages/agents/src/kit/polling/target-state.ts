/** How a target is. */
export class TargetState {
  readonly name: string
  /** `undefined` before the first round. */
  isUp: boolean | undefined
  /** Failures so far. */
  errors = 0
  /** Milliseconds since the epoch. */
  lastSuccessMs: number | undefined
  failingSinceMs: number | undefined
  lastError: string | undefined
  /** Of the last round, in seconds. */
  durationS: number | undefined

  constructor(name: string) {
    this.name = name
  }

  /** Without a duration the last one stays. */
  succeeded(nowMs: number, durationS: number | undefined = this.durationS): void {
    this.isUp = true
    this.lastSuccessMs = nowMs
    this.failingSinceMs = undefined
    this.durationS = durationS
  }

  /** Something it sent was of no use, though it is there: counts as an error, and it stays up. */
  troubled(error: unknown): void {
    this.errors += 1
    this.lastError = textOf(error)
  }

  failed(nowMs: number, durationS: number | undefined, error: unknown): void {
    this.isUp = false
    this.errors += 1
    this.failingSinceMs ??= nowMs
    this.lastError = textOf(error)
    this.durationS = durationS
  }
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}
