import { checkToken, type JsonObject, RPCError } from "@metricq/client"
import type { ConfigVersion } from "@metricq/protocol"
import { refusalText } from "../server/error-answer.js"
import { WebError } from "../server/web-error.js"
import { ask, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

/** Versions that are listed. */
const MOST = 1000

/** The versions of a configuration before the stored one, as what the wizard calls backups; the oldest first. */
export const backups: WizardRoutes = (app, context) => {
  app.get<{ Params: { token: string } }>(
    "/client/:token/backups",
    { schema: { summary: "Earlier versions of a configuration", tags } },
    async ({ params: { token } }) => {
      checkToken(token)
      return (await earlierVersions(context, token)).map((version) => backupId(token, version)).reverse()
    },
  )

  app.get<{ Params: { token: string; backup: string } }>(
    "/client/:token/backups/:backup",
    { schema: { summary: "An earlier version of a configuration", tags } },
    async ({ params: { token, backup } }) => {
      checkToken(token)
      const version = versionOf(token, backup)
      const { config } = await context.rpc.rpc("config.get", { token, version }, ask)
      return context.secrets.mask(config)
    },
  )
}

/** Earlier versions, the newest first, without those that deleted it. */
export async function earlierVersions({ rpc }: WizardContext, token: string): Promise<ConfigVersion[]> {
  try {
    const { versions } = await rpc.rpc("config.versions", { token, limit: MOST }, ask)
    const isStored = versions[0] !== undefined && versions[0].deleted !== true
    return versions.slice(isStored ? 1 : 0).filter(({ deleted }) => deleted !== true)
  } catch (error) {
    if (error instanceof RPCError && /^no configuration/.test(refusalText(error))) return []
    throw error
  }
}

/**
 * The configurations of earlier versions, under their numbers: where secrets of a backup are found that the stored one has no more. At most
 * `most` of them are read.
 */
export async function earlierConfigs(context: WizardContext, token: string, most: number): Promise<JsonObject> {
  const found: [string, JsonObject][] = []
  for (const { version } of (await earlierVersions(context, token)).slice(0, most)) {
    found.push([String(version), (await context.rpc.rpc("config.get", { token, version }, ask)).config])
  }
  return Object.fromEntries(found)
}

/** Its time tells people which one it is, the number behind it tells the server. */
function backupId(token: string, { time, version }: ConfigVersion): string {
  return `backup-${token}-${time}-${version}`
}

function versionOf(token: string, backup: string): number {
  const prefix = `backup-${token}-`
  const version = Number(/-(\d{1,9})$/.exec(backup)?.[1])
  if (backup.startsWith(prefix) && version > 0) return version
  throw new WebError("no-such-backup", `${token} has no backup ${JSON.stringify(backup)}`, { status: 404 })
}
