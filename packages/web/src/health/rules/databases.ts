import type { DatabaseObservation, NetworkRule } from "../observation.js"

/** `database-away`: a database does not answer, so nothing is stored and nothing of it can be seen. */
export const databaseAway: NetworkRule = {
  kind: "database-away",
  check({ databases, queues }, { awayForS }) {
    return databases
      .filter(({ state }) => state === "away")
      .map(({ token }) => {
        const waiting = (queues ?? []).filter((queue) => queue.token === token)
        const messages = waiting.reduce((sum, queue) => sum + queue.messages, 0)
        return {
          ...about({ token }, "database-away", "error"),
          afterMs: awayForS * 1000,
          message: `${token} does not answer${messages > 0 ? `, and ${messages} messages wait for it` : ""}`,
          remedy: "start it again: what waits in its queue is stored then",
          values: { messages },
        }
      })
  },
}

/** `database-trouble`: a database says itself that something is wrong with it. */
export const databaseTrouble: NetworkRule = {
  kind: "database-trouble",
  check({ databases }) {
    return databases
      .filter(({ trouble }) => trouble.length > 0)
      .map((database) => ({
        ...about(database, "database-trouble", "error"),
        message: database.trouble.slice(0, LINES).join("; "),
        remedy: "look at its disk and its log",
        values: { lines: database.trouble.slice(0, LINES).join("; "), count: database.trouble.length },
      }))
  },
}

const LINES = 3

/** `database-behind`: more comes in than a database stores. */
export const databaseBehind: NetworkRule = {
  kind: "database-behind",
  check({ databases }, { behindMessages, behindForS }) {
    return databases
      .filter(({ state, waiting }) => state === "answers" && waiting >= behindMessages)
      .map((database) => ({
        ...about(database, "database-behind", "warning"),
        afterMs: behindForS * 1000,
        message: `${database.waiting} messages wait to be stored by ${database.token}`,
        remedy: "give it a faster disk or less to store, or let sources send more points in a message (chunkSize)",
        values: { messages: database.waiting },
      }))
  },
}

function about<Kind extends "database-away" | "database-trouble" | "database-behind", S extends "error" | "warning">(
  { token }: Pick<DatabaseObservation, "token">,
  kind: Kind,
  severity: S,
) {
  return { kind, severity, subject: { database: token }, source: token } as const
}
