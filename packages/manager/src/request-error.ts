import { MetricqError } from "@metricq/client"

/** The request cannot be answered as it is; the message goes back to the caller as the error of the RPC. */
export class RequestError extends MetricqError {
  constructor(message: string, options?: ErrorOptions) {
    super("request", message, options)
  }
}
