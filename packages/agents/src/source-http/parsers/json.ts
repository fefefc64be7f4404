import { z } from "zod"
import { TextValue, textValueKeys } from "../../kit/values/text-value.js"
import type { ReadValue } from "./parser.js"

/** `json_path`: the first value that it finds, a number or a text that is one. */
export const jsonParams = z.looseObject({
  json_path: textValueKeys.json.unwrap(),
  map: textValueKeys.map,
})

export function readJson({ json_path, map }: z.infer<typeof jsonParams>): ReadValue {
  const value = new TextValue({ json: json_path, map })
  return ({ json }) => value.readParsed(json)
}
