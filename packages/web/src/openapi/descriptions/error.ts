import { named, object, text } from "../schema-helpers.js"

/** How every error is told. */
export const errorSchema = named(
  "Error",
  object({
    error: object({
      code: { ...text, description: "stable, for programs" },
      message: { ...text, description: "what is wrong" },
      remedy: { ...text, description: "what to do about it; empty where the message says it" },
    }),
  }),
)
