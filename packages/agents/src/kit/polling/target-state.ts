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

  succeeded(nowMs: number, durationS: number): void {
    this.isUp = true
    this.lastSuccessMs = nowMs
    this.failingSinceMs = undefined
    this.durationS = durationS
  }

  failed(nowMs: number, durationS: number, error: unknown): void {
    this.isUp = false
    this.errors += 1
    this.failingSinceMs ??= nowMs
    this.lastError = (error instanceof Error ? error.message : String(error)).slice(0, 500)
    this.durationS = durationS
  }
}
