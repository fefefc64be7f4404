import { globToRegExp } from "@metricq/protocol"

/** Which tokens the globs of `--select` stand for; all, without any. @throws {DataError} for one that is no glob */
export function selectionOf(globs: readonly string[] | undefined): (token: string) => boolean {
  if (globs === undefined || globs.length === 0) return () => true
  const patterns = globs.map(globToRegExp)
  return (token) => patterns.some((pattern) => pattern.test(token))
}
