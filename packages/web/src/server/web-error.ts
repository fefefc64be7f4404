import { MetricqError } from "@metricq/client"

/** A request that cannot be answered as asked: what is wrong, and what to do about it. */
export class WebError extends MetricqError {
  /** HTTP status. */
  readonly status: number
  /** What to do about it; "" where the message says it. */
  readonly remedy: string

  constructor(code: string, message: string, options: ErrorOptions & { status?: number; remedy?: string } = {}) {
    super(code, message, options)
    this.status = options.status ?? 400
    this.remedy = options.remedy ?? ""
  }
}
