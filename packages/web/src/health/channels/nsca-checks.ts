import type { Severity } from "../finding.js"
import type { Finding } from "../ledger.js"
import type { Standing } from "./channel.js"
import { findingLine, severityCounts } from "./notice-text.js"
import type { NscaCheck, NscaState } from "./nsca-packet.js"

/** Findings that a text names; what does not fit into a packet is cut there. */
const MOST_LINES = 100
const KIND = "{kind}"

/**
 * How things stand, as check results: one, or one for each kind of finding where the name of the service has `{kind}` in it, those that are fine, too.
 * Errors are CRITICAL, everything else is WARNING; UNKNOWN while nobody can tell.
 */
export function nscaChecks(
  { reportingHost: host, service }: { readonly reportingHost: string; readonly service: string },
  standing: Standing,
): NscaCheck[] {
  const check = (name: string, findings: readonly Finding[]): NscaCheck => ({
    ...{ host, service: name, state: stateOf(findings, standing), text: textOf(findings, standing) },
  })
  if (!service.includes(KIND)) return [check(service, standing.findings)]
  return standing.kinds.map((kind) =>
    check(
      service.replaceAll(KIND, kind),
      standing.findings.filter((finding) => finding.kind === kind),
    ),
  )
}

function stateOf(findings: readonly Finding[], { trouble }: Standing): NscaState {
  if (findings.some(({ severity }) => severity === "error")) return 2
  if (trouble !== undefined) return 3
  return findings.length > 0 ? 1 : 0
}

function textOf(findings: readonly Finding[], { trouble }: Standing): string {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 }
  for (const { severity } of findings) counts[severity]++
  const first = trouble === undefined ? severityCounts(counts) || "no findings" : `cannot be told: ${trouble}`
  const lines = findings.slice(0, MOST_LINES).map((finding) => `${finding.severity}: ${findingLine(finding)}`)
  const more = findings.length - lines.length
  return [first, ...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n")
}
