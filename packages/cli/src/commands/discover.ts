import type { Command } from "commander"
import type { DiscoverOptions } from "../actions/discover.js"
import { withConnectionOptions, withExamples } from "../options/common.js"

/** Adds `metricq discover`: which clients are there, by their own answer. */
export function addDiscover(program: Command): void {
  const command = program
    .command("discover")
    .description("ask all clients who they are")
    .option("--timeout <duration>", "how long answers are waited for", "3s")
    .option("--json", "an object with the answer of each token")
    .action(async (options: DiscoverOptions) => (await import("../actions/discover.js")).discover(options))
  withConnectionOptions(command, "agent-$USER-tool-discover")
  withExamples(command, [
    ["metricq discover", "a table of all clients"],
    ["metricq discover --timeout 10s --json", "whole answers, for programs"],
  ])
}
