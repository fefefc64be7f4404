import { isPlainName } from "@metricq/client"

/**
 * A text that a device gives as it may stand in the name of a metric, in small letters: `Inlet Temp #2` becomes `inlet_temp_2`. Empty
 * if nothing of it can.
 */
export function namePart(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
  return isPlainName(name) ? name : ""
}
