/**
 * A schema as zod makes them (`z.looseObject({ … })`), which knows its own shape. Written down here so that only those who have schemas need
 * zod.
 */
export interface ConfigSchema<Config> {
  safeParse(document: unknown): { success: true; data: Config } | { success: false; error: SchemaFault }
}

/** Why a document does not fit. */
export interface SchemaFault {
  readonly issues: readonly SchemaIssue[]
}

/** One place where it does not. */
export interface SchemaIssue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** For a union: what is wrong for each of its alternatives. */
  readonly errors?: readonly (readonly SchemaIssue[])[]
  readonly keys?: readonly string[]
  /** For a key of a record: what is wrong with it. */
  readonly issues?: readonly SchemaIssue[]
}
