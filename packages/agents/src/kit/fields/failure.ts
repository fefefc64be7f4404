import { z } from "zod"

/** What is sent for a metric that cannot be read: NaN, nothing, or its last value again. */
export const failurePolicy = z.enum(["nan", "skip", "last"])

export type FailurePolicy = z.infer<typeof failurePolicy>
