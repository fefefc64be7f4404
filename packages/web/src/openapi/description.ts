import type { Schema } from "./schema-helpers.js"

/** What a route is told to be, beside what its own schema says of what it takes. */
export interface Description {
  /** One line without a full stop. */
  readonly summary: string
  /** The heading it stands under. */
  readonly tag: string
  /** More than the line: limits, what is not obvious. */
  readonly description?: string
  /** A body that could be sent. */
  readonly example?: unknown
  /** What it answers when all is well. */
  readonly answer?: Schema
  /** What the answer is where it is no JSON: media type and one line. */
  readonly media?: Readonly<Record<string, string>>
  /** Parameters of the address that are read elsewhere than in a schema. */
  readonly query?: Readonly<Record<string, Schema>>
}

/** Descriptions by method and address below `/api/v1`, such as `GET /metrics/:name`. */
export type Descriptions = Readonly<Record<string, Description>>
