import type { JsonObject } from "@metricq/client"
import type { FixParts } from "./fix.js"

/** Metrics in one RPC. */
const AT_ONCE = 500

/** Lay keys over what sources declare; null takes one away again. Everybody sees it in the history of the metric, where it can be taken back. */
export async function setMetadata(
  names: readonly string[],
  keysOf: (name: string) => JsonObject,
  { rpc, by }: Pick<FixParts, "rpc" | "by">,
): Promise<void> {
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const batch = names.slice(i, i + AT_ONCE)
    const metadata = Object.fromEntries(batch.map((name) => [name, keysOf(name)]))
    await rpc.rpc("metadata.set" as string, { metadata, by }, { timeout: 30 })
  }
}
