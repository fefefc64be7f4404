import type { NetworkRule } from "../observation.js"

/** `producers`: two clients declare the same metric in turn, so their points mix. */
export const producers: NetworkRule = {
  kind: "producers",
  check({ contested }) {
    if (contested === undefined) return "unknown"
    return contested.map(({ metric, sources }) => ({
      ...({ kind: "producers", severity: "error", subject: { metric }, source: sources[0] ?? "" } as const),
      message: `${sources.join(" and ")} both send it: their points mix`,
      remedy: "let one of them send it under another name",
      values: { sources: sources.join(", ") },
    }))
  },
}
