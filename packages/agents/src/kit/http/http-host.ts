import { MetricqError } from "@metricq/client"
import { Pool } from "undici"
import { milliseconds } from "../fields/duration.js"

export interface HttpHostOptions {
  /** Check the certificate; default true. */
  readonly verifySsl?: boolean
  /** Requests at the same time; default 4. */
  readonly connections?: number
}

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "DELETE"
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Longest body that is taken. */
const MAX_BYTES = 8 * 1024 * 1024
const KEEP_ALIVE_MS = milliseconds("2min")

/** A host that is asked again and again: its connections are kept open between requests. */
export class HttpHost {
  readonly #pool: Pool

  /** `origin`: such as `https://bmc1:8443`. Connects when it is first asked. */
  constructor(origin: string, { verifySsl = true, connections = 4 }: HttpHostOptions = {}) {
    this.#pool = new Pool(origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      connect: { rejectUnauthorized: verifySsl },
    })
  }

  /**
   * Asks for a path, and reads the whole answer, whatever its status.
   *
   * @throws {MetricqError} `http` for hosts that are out of reach, broken answers, and more than 8 MiB; the signal's reason
   */
  async request(path: string, { method = "GET", headers = {}, body, signal }: HttpRequest): Promise<HttpAnswer> {
    try {
      const answer = await this.#pool.request({ path, method, headers, signal, ...(body !== undefined && { body }) })
      return { status: answer.statusCode, headers: answer.headers, text: await readAll(answer.body) }
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof MetricqError) throw cause
      const { message, code } = cause as NodeJS.ErrnoException
      throw new MetricqError("http", `${method} ${path}: ${message || code}`, { cause })
    }
  }

  /** Closes all connections, whatever they are doing. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }
}

async function readAll(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new MetricqError("http", `the answer has more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}
