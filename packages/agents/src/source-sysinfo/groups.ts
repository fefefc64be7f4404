import { CpuGroup, linuxCpu } from "./cpu.js"
import { diskGroup } from "./disks.js"
import type { Files } from "./files.js"
import { FilesystemGroup } from "./filesystems.js"
import { linuxLoad, loadGroup } from "./load.js"
import { linuxMemory, memoryGroup, swapGroup } from "./memory.js"
import { networkGroup } from "./network.js"
import { osCpu, osLoad, osMemory, osModes, osSystemGroup } from "./node-os.js"
import { powerGroup } from "./power.js"
import { pressureGroup } from "./pressure.js"
import type { Group } from "./reading.js"
import { type Choice, nothing } from "./selection.js"
import { systemGroup, systemRates } from "./system.js"
import { TemperatureGroup } from "./temperatures.js"

/** The groups that can be switched, by the names they have in the configuration. */
export const GROUP_NAMES = [
  "cpu",
  "modes",
  "cores",
  "load",
  "mem",
  "swap",
  "net",
  "disk",
  "fs",
  "temp",
  "pressure",
  "power",
  "system",
] as const

export type GroupName = (typeof GROUP_NAMES)[number]

/** What to measure of each group. */
export type Choices = Readonly<Record<GroupName, Choice>>

type Candidate = readonly [choices: readonly Choice[], make: () => Group]

/** The groups of Linux that are switched on. Counters read sooner than `minElapsedS` one after the other give no rates. */
export function linuxGroups(choices: Choices, minElapsedS: number, files: Files): Group[] {
  const { cpu, modes, cores, load, mem, swap, net, disk, fs, temp, pressure, power, system } = choices
  return switchedOn([
    [[cpu, modes, cores], () => new CpuGroup({ usage: cpu, modes, cores, minElapsedS, sample: linuxCpu })],
    [[load], () => loadGroup(load, linuxLoad)],
    [[mem], () => memoryGroup(mem, linuxMemory)],
    [[swap], () => swapGroup(swap)],
    [[net], () => networkGroup(net, minElapsedS)],
    [[disk], () => diskGroup(disk, minElapsedS)],
    [[fs], () => new FilesystemGroup(fs)],
    [[temp], () => new TemperatureGroup(temp, files)],
    [[pressure], () => pressureGroup(pressure, minElapsedS)],
    [[power], () => powerGroup(power, minElapsedS, files)],
    [[system], () => systemGroup(system)],
    [[system], () => systemRates(system, minElapsedS)],
  ])
}

/** The groups that node:os can tell on any system, as far as they are switched on. */
export function osGroups({ cpu, modes, cores, load, mem, system }: Choices, minElapsedS: number): Group[] {
  return switchedOn([
    [[cpu, modes, cores], () => new CpuGroup({ usage: cpu, modes: osModes(modes), cores, minElapsedS, sample: osCpu })],
    [[load], () => loadGroup(load, osLoad)],
    [[mem], () => memoryGroup(mem, osMemory)],
    [[system], () => osSystemGroup(system)],
  ])
}

function switchedOn(candidates: readonly Candidate[]): Group[] {
  return candidates.filter(([choices]) => choices.some((choice) => choice !== nothing)).map(([, make]) => make())
}
