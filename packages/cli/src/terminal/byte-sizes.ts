const UNITS = ["kB", "MB", "GB", "TB"]

/** A number of bytes for people, three significant digits: `512 B`, `4.46 kB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  let size = bytes / 1000
  let unit = 0
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${Number(size.toPrecision(3))} ${UNITS[unit]}`
}
