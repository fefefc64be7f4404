/** Exchanges of a MetricQ network. Management and broadcast live in the management vhost, data and history in the data vhost. */
export const exchanges = {
  management: "metricq.management",
  broadcast: "metricq.broadcast",
  data: "metricq.data",
  history: "metricq.history",
} as const

/** Queue that the manager consumes; bound to the management exchange with `#`. */
export const managementQueue = "management"

/** Type of a queue where the configuration can choose; `classic` is not written into names. */
export type QueueType = "classic" | "quorum"

/** Queue for requests and answers of one client. */
export function rpcQueue(token: string): string {
  return `${token}-rpc`
}

/** Whether a name is that of some client's RPC queue: the only ones that an answer may be sent to. */
export function isRpcQueue(name: string): boolean {
  return name.length > "-rpc".length && name.endsWith("-rpc")
}

/** Data queue of a sink; `uuid` is 32 hexadecimal digits in lower case. */
export function sinkDataQueue(token: string, uuid: string): string {
  return `${token}-${uuid}-data`
}

/** Data queue of a transformer or a database. */
export function dataQueue(token: string, type: QueueType = "classic"): string {
  return queueName(token, type, "data")
}

/** Queue on which a database receives history requests. */
export function historyRequestQueue(token: string, type: QueueType = "classic"): string {
  return queueName(token, type, "hreq")
}

/** Queue on which a history client receives answers. */
export function historyResponseQueue(token: string, type: QueueType = "classic"): string {
  return queueName(token, type, "hrsp")
}

function queueName(token: string, type: QueueType, role: string): string {
  return type === "classic" ? `${token}-${role}` : `${token}-${type}-${role}`
}
