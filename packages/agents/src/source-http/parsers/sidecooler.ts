import { DataError } from "@metricq/client"
import { z } from "zod"
import type { ReadValue } from "./parser.js"

export const sidecoolerParams = z.looseObject({
  key: z.string().min(1),
  data_type: z.string().refine((type) => Object.hasOwn(readers, type.toLowerCase()), {
    error: '"number", "absolute", "absolute_kilo" or "state"',
  }),
})

const readers: Readonly<Record<string, (text: string) => number>> = {
  number: toNumber,
  absolute: (text) => Math.abs(toNumber(text)),
  absolute_kilo: (text) => Math.abs(toNumber(text) * 1000),
  state: (text) => Number(text === "Yes"),
}

/** A page whose texts are `key=value;`, blanks anywhere. A key that is not there is NaN. */
export function readSidecooler({ key, data_type }: z.infer<typeof sidecoolerParams>): ReadValue {
  const read = readers[data_type.toLowerCase()] ?? toNumber
  return (answer) => {
    const text = answer.as(pairsOf).get(key)
    return text === undefined ? Number.NaN : read(text)
  }
}

/** The pairs of a page; of the same key the last counts, as a later part of a page overrules an earlier one. */
function pairsOf(html: string): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const text of html.split(/<[^<>]*>/)) {
    const match = /^([^=].*)=(.+);/s.exec(text.replaceAll(/\s/g, ""))
    if (match?.[1] !== undefined && match[2] !== undefined) pairs.set(match[1], match[2])
  }
  return pairs
}

function toNumber(text: string): number {
  const number = Number(text)
  if (text === "" || Number.isNaN(number))
    throw new DataError("no-value", `${JSON.stringify(text.slice(0, 80))} is no number`)
  return number
}
