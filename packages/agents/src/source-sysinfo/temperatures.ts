import { Devices, distinct } from "./devices.js"
import type { Files } from "./files.js"
import type { Group, Reading, Series } from "./reading.js"
import { Rescan } from "./rescan.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"
import { decimal } from "./text.js"

/** A temperature sensor. */
export interface Thermometer {
  /** Chip and label: `coretemp_0_Package id 0`, `nvme0_Composite`, `k10temp_Tctl`. */
  readonly name: string
  /** File of its value, in thousandths of a degree Celsius. */
  readonly path: string
}

const HWMON = "/sys/class/hwmon"
const THERMAL = "/sys/class/thermal"

/** The sensors of /sys/class/hwmon; where there are none, the zones of /sys/class/thermal. */
export async function findThermometers(files: Files): Promise<Thermometer[]> {
  const chips = (await files.list(HWMON)).map((chip) => sensorsOf(files, `${HWMON}/${chip}`))
  const sensors = (await Promise.all(chips)).flat()
  return distinct(sensors.length > 0 ? sensors : await thermalZones(files))
}

async function sensorsOf(files: Files, folder: string): Promise<Thermometer[]> {
  const inputs = (await files.list(folder)).filter((name) => /^temp\d+_input$/.test(name))
  if (inputs.length === 0) return []
  const chip = await chipName(files, folder)
  return Promise.all(
    inputs.map(async (input) => {
      const sensor = input.slice(0, -"_input".length)
      const label = (await files.read(`${folder}/${sensor}_label`))?.trim() || sensor
      return { name: `${chip}_${label}`, path: `${folder}/${input}` }
    }),
  )
}

/** The name of a chip's device where it only adds a number (`nvme` → `nvme0`), so that two of a kind keep their names. */
async function chipName(files: Files, folder: string): Promise<string> {
  const name = (await files.read(`${folder}/name`))?.trim() || "hwmon"
  const device = (await files.linkName(`${folder}/device`)) ?? ""
  return device.startsWith(name) && /^\.?\d+$/.test(device.slice(name.length)) ? device : name
}

async function thermalZones(files: Files): Promise<Thermometer[]> {
  const zones = (await files.list(THERMAL)).filter((name) => name.startsWith("thermal_zone"))
  return Promise.all(
    zones.map(async (zone) => {
      const type = (await files.read(`${THERMAL}/${zone}/type`))?.trim() || zone
      return { name: type, path: `${THERMAL}/${zone}/temp` }
    }),
  )
}

/** `temp.SENSOR`; a sensor that tells nothing at the moment is left out of the round. */
export class TemperatureGroup implements Group {
  readonly name = "temp"
  readonly #sensors: Rescan<Thermometer[]>
  readonly #series: Devices<Series>

  constructor(choice: Choice, files: Files) {
    this.#sensors = new Rescan(() => findThermometers(files))
    this.#series = new Devices(choice, temperatureSeries)
  }

  async read(round: Round): Promise<Reading[]> {
    const sensors = await this.#sensors.get(round.now())
    const readings = await Promise.all(
      sensors.map(async ({ name, path }) => {
        const series = this.#series.get(name)
        if (series === undefined) return []
        const milli = decimal((await round.text(path))?.text.trim())
        return Number.isNaN(milli) ? [] : [{ ...series, value: milli / 1000 }]
      }),
    )
    this.#series.endRound()
    return readings.flat()
  }
}

function temperatureSeries(name: string, sensor: string): Series {
  const info = { unit: "°C", description: `temperature of ${sensor}`, quantity: "temperature", scope: "point" } as const
  return { metric: `temp.${name}`, info }
}
