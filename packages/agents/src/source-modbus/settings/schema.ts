import { modbusKeys } from "../config.js"
import { resolve } from "./resolve.js"

/** What a configuration of source-modbus may hold, and how its parts must fit together. */
export const modbusSchema = modbusKeys.superRefine((config, context) => {
  // A part that is wrong in itself cannot be looked at together with others.
  if (context.issues.length > 0) return
  for (const { path, expected } of resolve(config).problems)
    context.addIssue({ code: "custom", path: [...path], message: expected })
})
