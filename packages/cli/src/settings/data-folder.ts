import { isAbsolute, join } from "node:path"

/** Where `metricq up` keeps its data unless told: `$XDG_DATA_HOME/metricq`, else `~/.local/share/metricq`. */
export function defaultDataFolder(env: NodeJS.ProcessEnv, homeFolder: string): string {
  const base = env.XDG_DATA_HOME
  // The XDG specification: a relative path is to be ignored.
  return join(base && isAbsolute(base) ? base : join(homeFolder, ".local", "share"), "metricq")
}
