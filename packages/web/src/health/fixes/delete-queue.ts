import { subjectName } from "../finding.js"
import type { Fix } from "./fix.js"

/** Deletes a queue with what waits in it. */
export const deleteQueue: Fix = {
  needs: "administrator",
  plan: ({ subject, values }) => {
    const messages = Number(values.messages ?? 0)
    const does = `deletes ${subjectName(subject)} and the ${messages} messages in it`
    return { does, values: { messages }, metrics: [] }
  },
  run: async ({ subject }, { rpc }) => {
    const queue = subjectName(subject)
    await rpc.rpc("queue.delete" as string, { queue }, { timeout: 15 })
    return `${queue} deleted`
  },
}
