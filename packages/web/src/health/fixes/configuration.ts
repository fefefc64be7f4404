import type { JsonObject } from "@metricq/client"
import { subjectName } from "../finding.js"
import type { Finding } from "../ledger.js"
import { type Fix, type FixParts, notFixed } from "./fix.js"

/** Versions that are looked through. */
const MOST_VERSIONS = 1000

/** Sends a client the configuration that is stored for it. */
export const apply: Fix = {
  needs: "operator",
  plan: ({ subject }) => {
    const token = subjectName(subject)
    return { does: `sends ${token} the configuration that is stored for it`, values: {}, metrics: [] }
  },
  run: async ({ subject }, parts) => {
    await applyTo(subjectName(subject), parts)
    return `${subjectName(subject)} has taken the stored configuration`
  },
}

/** Stores again the version that a client works with, in place of one that it has refused. */
export const restore: Fix = {
  needs: "operator",
  plan: async (finding, parts) => {
    const { token, version, time } = await acceptedVersion(finding, parts)
    const does = `stores version ${version} of ${time} again, which ${token} works with, and sends it; the refused one stays among the versions`
    return { does, values: { version, time }, metrics: [] }
  },
  run: async (finding, parts) => {
    const { rpc, by } = parts
    const { token, version } = await acceptedVersion(finding, parts)
    const note = "in place of one that was refused"
    await rpc.rpc("config.restore", { token, version, note, by }, { timeout: 15 })
    await applyTo(token, parts)
    return `${token} has taken version ${version} again`
  },
}

async function applyTo(token: string, { rpc, by }: FixParts): Promise<void> {
  const applied = await rpc.rpc("config.apply", { token, timeout: 10, by }, { timeout: 15 })
  if (!applied.answered) throw notFixed(`${token} has not answered: ${applied.reason}`)
  if ("refused" in applied) throw notFixed(`${token} has refused it: ${applied.refused}`)
}

/** @throws {WebError} `not-fixed` */
async function acceptedVersion({ subject, values }: Finding, { rpc }: FixParts) {
  const token = subjectName(subject)
  const answer = await rpc.rpc("config.versions", { token, limit: MOST_VERSIONS }, { timeout: 10, repeatable: true })
  const versions = (answer as unknown as { versions: JsonObject[] }).versions
  const found = versions.find(({ revision }) => revision === values.accepted)
  if (found === undefined)
    throw notFixed(
      `the version that ${token} works with is not among its versions any more`,
      "correct the configuration",
    )
  return { token, version: Number(found.version), time: String(found.time) }
}
