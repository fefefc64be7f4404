/** A sensor, as `ipmi-sensors` prints it in a row. */
export interface SensorRow {
  readonly recordId: string
  readonly name: string
  readonly type: string
  /** NaN where it says N/A, as for all sensors that have only states. */
  readonly value: number
  readonly unit: string
  /** The states that hold, quoted as printed: `'OK'`, `'Presence detected'`. */
  readonly status: string
}

/** Which of the columns that `ipmi-sensors` can be told to print, or not to print, are there. */
export interface RowLayout {
  readonly hasType: boolean
  readonly hasState: boolean
  readonly hasThresholds: boolean
}

/** What it prints if nothing else is said. */
export const plainLayout: RowLayout = { hasType: true, hasState: false, hasThresholds: false }

const THRESHOLDS = 6

/**
 * Reads a row, without the host before it, in the form with `|` or the one with commas. `undefined` for what is no row.
 *
 * Nothing is quoted in either form but the states at the end. Names may hold the separator: the columns behind them are counted
 * from the right.
 */
export function parseSensorRow(line: string, layout: RowLayout = plainLayout): SensorRow | undefined {
  const head = /^\s*(\d{1,9})\s*([|,])/.exec(line)
  if (head === null) return undefined
  const [{ length }, recordId = "", separator = ""] = head
  const statusAt = beginOfStatus(line, separator)
  if (statusAt <= length) return undefined
  const cells = line.slice(length, statusAt - 1).split(separator)
  const behindName = 2 + Number(layout.hasType) + Number(layout.hasState) + (layout.hasThresholds ? THRESHOLDS : 0)
  const nameCells = cells.length - behindName
  if (nameCells < 1) return undefined
  const columns = cells.slice(nameCells).map((cell) => cell.trim())
  const type = layout.hasType ? (columns[0] ?? "") : ""
  const [reading = "", unit = ""] = columns.slice(Number(layout.hasType) + Number(layout.hasState))
  const name = cells.slice(0, nameCells).join(separator).trim()
  return { recordId, name, type, value: numberOf(reading), unit, status: line.slice(statusAt).trim() }
}

/** Where the last column begins: at its first quote, as states may hold separators, or behind the last separator. */
function beginOfStatus(line: string, separator: string): number {
  const quoted = separator === "|" ? /\|\s*'.*'\s*$/ : /,\s*'.*'\s*$/
  const match = quoted.exec(line)
  return (match?.index ?? line.lastIndexOf(separator)) + 1
}

function numberOf(reading: string): number {
  return reading === "" ? Number.NaN : Number(reading)
}
