import type { Command } from "commander"
import type { EnergyOptions } from "../actions/energy.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { repeated } from "../options/users.js"

const HELP = `
The command has the terminal, and gets the signals sent to metricq. Metrics are
subscribed to before it starts; when it has ended, the first point behind its
end is waited for. Each value counts for the time before it, back to the point
before or ten declared intervals at most, and is cut at begin and end. The
report follows on standard output, or goes into the file of --output.

The exit code is that of the command: 127 if it is not found, 128 and the number
of the signal that has ended it. 1 if there is nothing to measure it with; then
it is not run.`

/** Adds `metricq energy`: what metrics add up to while a command runs. */
export function addEnergy(program: Command): void {
  const command = program
    .command("energy")
    .description("run a command and tell the energy used meanwhile, or that of a time in the past")
    .argument("[command...]", "the command and its arguments, behind --")
    .requiredOption("-m, --metric <pattern>", "metric by name, glob or /regular expression/; repeatable", repeated)
    .option("--from <time>", "instead of a command: begin of a time in the past, such as -1h")
    .option("--to <time>", "and its end (default: now)")
    .option("--wait <duration>", "how long points are waited for at the end (default: two intervals and 5s)")
    .option("--json", "an object with all figures")
    .option("-o, --output <file>", "write the report into a file")
    .addHelpText("after", HELP)
    .action(async (words: string[], options: EnergyOptions) =>
      (await import("../actions/energy.js")).energy(words, options),
    )
  withConnectionOptions(command, "sink-$USER-tool-energy")
  withExamples(command, [
    ["metricq energy -m lab.power -- make -j8", "joules of a build"],
    ["metricq energy -m 'lab.*.power' --json -o energy.json -- ./job", ""],
    ["metricq energy -m lab.power --from -1d", "of the last day"],
  ])
}
