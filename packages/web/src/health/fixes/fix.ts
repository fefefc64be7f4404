import type { Client } from "@metricq/client"
import type { Role } from "../../access/role.js"
import { WebError } from "../../server/web-error.js"
import type { Finding } from "../ledger.js"

/** What fixes work with. */
export interface FixParts {
  readonly rpc: Pick<Client, "rpc">
  /** Metrics that a finding stands for. */
  metricsOf(finding: Finding): string[]
  /** How often points of a metric come, in Hz, as far as that was seen. */
  seenRateHz(metric: string): number | undefined
  /** The keys of its metadata. */
  metadataOf(metric: string): Readonly<Record<string, unknown>>
  /** The unit of these metrics is known to be this one, and is no change. */
  settleUnit(metrics: readonly string[], unit: string): void
  /** Databases of this project that answer now. */
  databases(): readonly string[]
  /** Who wants it, for the manager's history. */
  readonly by: string
}

/** What a fix has to be told. */
export interface FixInput {
  readonly unit?: string | undefined
  readonly database?: string | undefined
}

/** What a fix is going to do. */
export interface FixPlan {
  /** One sentence in English; other languages have the name of the fix and `values`. */
  readonly does: string
  readonly values: Readonly<Record<string, string | number>>
  /** Metrics that it changes. */
  readonly metrics: readonly string[]
  /** What it has to be told, and what there is to choose from; a unit may be another one, too. */
  readonly asks?: { readonly unit?: readonly string[]; readonly database?: readonly string[] }
}

/** One way to put something right. */
export interface Fix {
  /** Who may do it. */
  readonly needs: Role
  /** What it would do; changes nothing. @throws {WebError} `not-fixed` if it cannot be done now */
  plan(finding: Finding, parts: FixParts): FixPlan | Promise<FixPlan>
  /** Do it; resolves to what has been done, in words. @throws {WebError} `not-fixed`, `fix-input` */
  run(finding: Finding, parts: FixParts, input: FixInput): Promise<string>
}

/** It could not be done, or only in part. */
export function notFixed(message: string, remedy = "look at its log"): WebError {
  return new WebError("not-fixed", message, { status: 409, remedy })
}

/** `1 metric`, `5 metrics`. */
export function metricsText(names: readonly string[]): string {
  return names.length === 1 ? "1 metric" : `${names.length} metrics`
}
