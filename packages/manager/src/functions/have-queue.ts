import { exchanges } from "@metricq/client"
import type { QueueMaking } from "../queues/known-queue.js"
import type { Services } from "../services.js"
import type { QueueWish } from "../topology/topology.js"

/** Have a queue, bound to `keys` besides what it is bound to, and remember both. Keys of history requests are not remembered. */
export async function haveQueue(
  { topology, queues }: Services,
  wish: QueueWish,
  owner: Pick<QueueMaking, "token" | "role" | "kind">,
  keys: readonly string[],
): Promise<void> {
  const { revision } = queues
  const isNew = await topology.ensureQueue(wish)
  const isData = owner.kind === "data"
  await topology.bind({ queue: wish.name, exchange: isData ? exchanges.data : exchanges.history, keys })
  const making = { ...owner, queue: wish.name, life: wish.life }
  queues.bound(making, isData ? keys : [], isNew ? revision : undefined)
}
