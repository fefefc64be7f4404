import type { NetworkRule } from "../observation.js"

/** `queue`: messages pile up in a lasting queue that nobody reads. Those of a database that is away are told with it. */
export const queue: NetworkRule = {
  kind: "queue",
  check({ queues, databases }, { queueMessages, queueForS }) {
    if (queues === undefined) return "unknown"
    const away = new Set(databases.filter(({ state }) => state === "away").map(({ token }) => token))
    return queues
      .filter(({ token, messages, consumers }) => consumers === 0 && messages >= queueMessages && !away.has(token))
      .map(({ queue, token, messages }) => ({
        ...({ kind: "queue", severity: "warning", subject: { queue }, source: token } as const),
        ...({ afterMs: queueForS * 1000, fix: "delete-queue" } as const),
        message: `${messages} messages wait in ${queue}, and nobody reads them`,
        remedy: `start ${token} again; if it has gone for good, delete the queue with what is in it`,
        values: { messages },
      }))
  },
}
