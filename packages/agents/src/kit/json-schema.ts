import type { JsonObject } from "@metricq/client"
import type { AgentKind } from "./kind.js"

/** What a configuration of a kind may hold, as JSON Schema: for forms and editors. */
export async function configJsonSchema(kind: Pick<AgentKind, "schema">): Promise<JsonObject> {
  const { z } = await import("zod")
  return z.toJSONSchema(kind.schema, { io: "input", unrepresentable: "any" }) as JsonObject
}
