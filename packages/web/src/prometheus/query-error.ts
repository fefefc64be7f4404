import { MetricqError } from "@metricq/client"

/** As Prometheus names them in `errorType`: a question that cannot be understood, one that cannot be answered, one that took too long. */
export type QueryErrorType = "bad_data" | "execution" | "timeout" | "not_found" | "internal"

/** A question to the Prometheus API that gets no answer. The message is for the person who asked, and says what would help. */
export class QueryError extends MetricqError {
  readonly type: QueryErrorType

  constructor(type: QueryErrorType, message: string, options?: ErrorOptions) {
    super(`prometheus-${type.replace("_", "-")}`, message, options)
    this.type = type
  }
}

/** @throws {QueryError} `bad_data`, always */
export function refuse(message: string): never {
  throw new QueryError("bad_data", message)
}

/** @throws {QueryError} `execution`, always: the question is understood and not answered */
export function notAnswered(message: string): never {
  throw new QueryError("execution", message)
}
