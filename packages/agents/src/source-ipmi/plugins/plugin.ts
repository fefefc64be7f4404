/** A sensor, as a plugin gets it. */
export interface PluginSensor {
  readonly recordId: string
  /** Type of the sensor: `Temperature`, `Power Supply`. */
  readonly category: string
  /** NaN where the sensor has only states, or says nothing. */
  readonly value: number
  readonly unit: string
  /** The states that hold, quoted: `'OK'`, `'Presence detected'`. */
  readonly status: string
}

/** Makes one value of several sensors: a module of its own. */
export interface Plugin {
  /** How many sensors a metric must name; any number if it is not there. */
  readonly neededSensors?: number
  /** The value for these sensors, by their names. NaN: there is none. */
  createMetricValue(sensors: Readonly<Record<string, PluginSensor>>): number
}
