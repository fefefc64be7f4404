import { choicesOf, type SysinfoConfig, sysinfoSchema } from "../source-sysinfo/config.js"
import { Machine } from "../source-sysinfo/machine.js"
import type { RecordedMachine } from "./recorded-machine.js"

/** What a machine said of a group. */
export interface Problem {
  readonly group: string
  readonly error: unknown
}

/** A machine as the agent makes it, and what it reads as an object by metric. */
export function machineOf(files: RecordedMachine, config: Partial<SysinfoConfig> = {}, platform = "linux") {
  const problems: Problem[] = []
  const machine = new Machine({
    choices: choicesOf(sysinfoSchema.parse(config)),
    periodS: 1,
    files,
    onProblem: (group, error) => problems.push({ group, error }),
    platform,
    now: files.now,
  })
  const read = async () => {
    const readings = await machine.read()
    const values = Object.fromEntries(readings.map(({ metric, value }) => [metric, value]))
    if (Object.keys(values).length < readings.length) throw new Error("a metric was read twice in a round")
    return values
  }
  return { machine, problems, read }
}

/** A configuration with these groups only. */
export const only = (...names: (keyof SysinfoConfig)[]): Partial<SysinfoConfig> => {
  const groups = Object.keys(sysinfoSchema.shape).filter((name) => name !== "rate" && name !== "prefix")
  return Object.fromEntries(groups.map((name) => [name, (names as string[]).includes(name)]))
}
