import { z } from "zod"

/**
 * A secret in a configuration: a text, or a reference that only the machine of the agent can resolve: `{"$env":
 * "METRICQ_SECRET_NAME"}`, an environment variable, or `{"$file": "name"}`, a file below the folder of secrets.
 */
export const secret = z
  .union([
    z.string(),
    z.strictObject({ $env: z.string().regex(/^METRICQ_SECRET_\w+$/) }),
    z.strictObject({ $file: z.string().regex(/^[\w-][\w.-]{0,100}$/) }),
  ])
  .meta({ writeOnly: true })

export type Secret = z.infer<typeof secret>
