import { CounterGroup } from "./counter-group.js"
import { distinct } from "./devices.js"
import type { Files } from "./files.js"
import { Rescan } from "./rescan.js"
import type { Choice } from "./selection.js"
import { decimal } from "./text.js"

/** A zone of the power capping framework that counts energy, such as a processor package or its cores. */
export interface EnergyZone {
  /** Name of the zone after those it lies in: `package-0`, `package-0_core`. */
  readonly name: string
  /** File of its counter, in µJ. */
  readonly path: string
  /** Where the counter starts again at 0, in µJ. */
  readonly range: number
}

const FOLDER = "/sys/class/powercap"

/**
 * The zones of /sys/class/powercap that tell energy. The memory-mapped twin of a package (`intel-rapl-mmio`) counts the same
 * energy again and is left out.
 */
export async function findEnergyZones(files: Files): Promise<EnergyZone[]> {
  const zones: EnergyZone[] = []
  for (const entry of await files.list(FOLDER)) {
    if (!/^[a-z-]+(:\d+)+$/.test(entry) || entry.startsWith("intel-rapl-mmio")) continue
    const range = decimal((await files.read(`${FOLDER}/${entry}/max_energy_range_uj`))?.trim())
    if (range > 0) zones.push({ name: await zoneName(files, entry), path: `${FOLDER}/${entry}/energy_uj`, range })
  }
  return distinct(zones)
}

/** `intel-rapl:0:1` lies in `intel-rapl:0`. */
async function zoneName(files: Files, entry: string): Promise<string> {
  const [control = "", ...numbers] = entry.split(":")
  const paths = numbers.map((_, i) => [control, ...numbers.slice(0, i + 1)].join(":"))
  const names = await Promise.all(paths.map((path) => files.read(`${FOLDER}/${path}/name`)))
  return names.map((name, i) => name?.trim() || (paths[i] ?? entry)).join("_")
}

/** `power.ZONE` from the processor's own energy counters (RAPL); most kernels let only root read them. */
export function powerGroup(choice: Choice, minElapsedS: number, files: Files): CounterGroup {
  const zones = new Rescan(() => findEnergyZones(files))
  return new CounterGroup({
    name: "power",
    metrics: [
      { suffix: "", unit: "W", scale: 1e-6, quantity: "power", description: (zone) => `power drawn by ${zone}` },
    ],
    choice,
    minElapsedS,
    async sample(round) {
      const found = await zones.get(round.now())
      const files = await Promise.all(found.map(({ path }) => round.text(path)))
      return found.flatMap(({ name, range }, i) => {
        const file = files[i]
        const energy = decimal(file?.text.trim())
        if (file === undefined || Number.isNaN(energy)) return []
        return [{ device: name, counters: [energy], atMs: file.atMs, range }]
      })
    },
  })
}
