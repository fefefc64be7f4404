import { DataError } from "@metricq/client"
import { z } from "zod"
import type { ReadValue } from "./parser.js"

export const openbmcParams = z.looseObject({})

/** A sensor of OpenBMC's REST interface: `data.Value` · 10^`data.Scale`. */
export function readOpenbmc(): ReadValue {
  return ({ json }) => {
    const data = (json as { data?: { Value?: unknown; Scale?: unknown } } | null)?.data
    const { Value: value, Scale: scale = 0 } = data ?? {}
    if (typeof value !== "number" || typeof scale !== "number")
      throw new DataError("no-value", "the answer has no numbers data.Value and data.Scale")
    return scale < 0 ? value / 10 ** -scale : value * 10 ** scale
  }
}
