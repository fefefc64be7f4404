import { querySchema } from "../../api/schemas.js"
import { parseTime } from "../../network/time-text.js"
import type { WebPart } from "../../server/context.js"
import type { AuditFilter } from "../audit-entry.js"

const short = { type: "string", minLength: 1, maxLength: 255 }

const auditQuery = querySchema({
  ...{ name: short, action: short, subject: short, from: short, to: short },
  before: { type: "integer", minimum: 1 },
  limit: { type: "integer", minimum: 1, maximum: 500, default: 100 },
})

/** `audit`: the changes that were made through this server; only for administrators. */
export const auditLog: WebPart = (app, { audit }) => {
  app.get<{ Querystring: AuditFilter }>(
    "/audit",
    {
      config: { needs: "administrator" },
      schema: { ...auditQuery, tags: ["access"], summary: "Changes made through this server, newest first" },
    },
    async ({ query }) => {
      const { from, to, limit } = query
      const entries = await audit.read({
        ...query,
        ...(from === undefined ? {} : { from: isoOf("from", from) }),
        ...(to === undefined ? {} : { to: isoOf("to", to) }),
        limit: limit + 1,
      })
      const shown = entries.slice(0, limit)
      return { entries: shown, next: entries.length > limit ? (shown.at(-1)?.seq ?? null) : null }
    },
  )
}

/** To milliseconds, as the log has it. */
function isoOf(name: string, text: string): string {
  return new Date(Number(parseTime(name, text).posixNs / 1_000_000n)).toISOString()
}
