import { HostlistError, hostnames } from "@metricq/protocol"

/** What a hostlist stands for: so many names, those at its beginning, and the last one if there are more. */
export type HostlistPreview =
  | { count: number; first: string[]; last: string | undefined }
  | { problem: HostlistError["kind"] }

const SHOWN = 3

/**
 * What the value of a field stands for; undefined where there is nothing to tell: an empty one, or a name that stands for itself. The brackets
 * of an IPv6 address are none of a list.
 */
export function hostlistPreview(value: unknown): HostlistPreview | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter(
    (one) => typeof one === "string" || typeof one === "number",
  )
  const list = texts.map(String)
  if (!list.some((text) => /[,[\]]/.test(text)) || list.some((text) => text === "" || /\[[^\]]*:/.test(text)))
    return undefined
  try {
    const names = hostnames(list)
    const isShort = names.length <= SHOWN + 1
    return {
      count: names.length,
      first: names.slice(0, isShort ? SHOWN + 1 : SHOWN),
      last: isShort ? undefined : names.at(-1),
    }
  } catch (error) {
    if (error instanceof HostlistError) return { problem: error.kind }
    throw error
  }
}
