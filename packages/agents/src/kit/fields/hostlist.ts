import { hostnames } from "@metricq/client"
import { z } from "zod"

/** The schema of whatever holds a hostlist says so, and forms show what it stands for. */
export const hostlistFormat = { format: "hostlist" } as const

/** A hostlist in a configuration: a text, or an array of texts. {@link hostnames} reads it. */
export const hostlist = z
  .union([z.string(), z.array(z.string()).min(1)])
  .refine(isHostlist, { error: 'a hostlist such as "node[01-16].example" or ["a", "b"]' })
  .meta(hostlistFormat)

function isHostlist(list: string | readonly string[]): boolean {
  try {
    return hostnames(list).length > 0
  } catch {
    return false
  }
}
