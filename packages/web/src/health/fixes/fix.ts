import type { Client } from "@metricq/client"
import type { Role } from "../../access/role.js"
import { mapBounded } from "../../network/bounded.js"
import { WebError } from "../../server/web-error.js"
import { type FixKind, subjectName } from "../finding.js"
import type { Finding } from "../ledger.js"

/** What fixes work with. */
export interface FixParts {
  readonly rpc: Pick<Client, "rpc">
  /** Metrics that a finding about a client stands for. */
  metricsOf(finding: Finding): string[]
  /** Who wants it, for the manager's history. */
  readonly by: string
}

/** One way to put something right. */
export interface Fix {
  /** Who may do it. */
  readonly needs: Role
  /** Do it; resolves to what has been done, in words. */
  run(finding: Finding, parts: FixParts): Promise<string>
}

/** Every fix by its name. */
export const fixes: Readonly<Record<FixKind, Fix>> = {
  archive: { needs: "operator", run: (finding, parts) => setArchived(finding, parts, new Date().toISOString()) },
  unarchive: { needs: "operator", run: (finding, parts) => setArchived(finding, parts, null) },
  apply: { needs: "operator", run: apply },
  "delete-queue": { needs: "administrator", run: deleteQueue },
}

/** Metrics in one RPC. */
const AT_ONCE = 500

async function setArchived(
  finding: Finding,
  { rpc, metricsOf, by }: FixParts,
  archived: string | null,
): Promise<string> {
  const names = "metric" in finding.subject ? [finding.subject.metric] : metricsOf(finding)
  const batches = Array.from({ length: Math.ceil(names.length / AT_ONCE) }, (_, i) =>
    names.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  )
  await mapBounded(batches, 1, async (batch) => {
    const metadata = Object.fromEntries(batch.map((name) => [name, { archived }]))
    await rpc.rpc("metadata.set" as string, { metadata, by }, { timeout: 30 })
  })
  const metrics = names.length === 1 ? "1 metric" : `${names.length} metrics`
  return archived === null ? `${metrics} taken out of the archive` : `${metrics} archived`
}

async function apply({ subject }: Finding, { rpc, by }: FixParts): Promise<string> {
  const token = subjectName(subject)
  const applied = await rpc.rpc("config.apply", { token, timeout: 10, by }, { timeout: 15 })
  if (!applied.answered) throw notFixed(`${token} has not answered: ${applied.reason}`)
  if ("refused" in applied) throw notFixed(`${token} has refused it: ${applied.refused}`)
  return `${token} has taken the stored configuration`
}

async function deleteQueue({ subject }: Finding, { rpc }: FixParts): Promise<string> {
  const queue = subjectName(subject)
  await rpc.rpc("queue.delete" as string, { queue }, { timeout: 15 })
  return `${queue} deleted`
}

function notFixed(message: string): WebError {
  return new WebError("not-fixed", message, { status: 409, remedy: "look at its log" })
}
