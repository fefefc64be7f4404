import { z } from "zod"
import { TextValue, textValueKeys } from "../../kit/values/text-value.js"
import type { ReadValue } from "./parser.js"

/** `pattern`: the number is its first group, or the whole match. */
export const regexParams = z.looseObject({
  pattern: textValueKeys.regex.unwrap(),
  map: textValueKeys.map,
})

export function readRegex({ pattern, map }: z.infer<typeof regexParams>): ReadValue {
  const value = new TextValue({ regex: pattern, map })
  return ({ text }) => value.read(text)
}
