import type { JsonObject } from "@metricq/client"
import { text } from "../arguments.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"
import { seekQueues } from "./seek-queues.js"

/** How long queues are looked at for one answer, and looked for before. */
const LOOK_MS = 5_000
const SEEK_MS = 1_000

/** The queues that outlive their clients; for administrators. */
export function queueFunctions(services: Services): FunctionGroup {
  return {
    "queue.list": async (_, context) => {
      services.administrators.check(context)
      return list(services)
    },
    "queue.delete": async (args, context) => {
      services.administrators.check(context)
      return remove(services, text(args, "queue"))
    },
  }
}

async function list(services: Services): Promise<JsonObject> {
  await seekQueues(services, SEEK_MS)
  const outliving = services.queues.list().filter(({ life }) => life !== "fleeting")
  const looks = await services.queueWatch.look(outliving, LOOK_MS)
  const present = outliving.filter(({ queue }) => services.queues.get(queue))
  const queues = present.map(({ queue, token, role, kind, life }) => {
    const { messages = null, consumers = null } = looks.get(queue) ?? {}
    return { queue, token, role, kind, life, messages, consumers }
  })
  return { queues }
}

/** Delete a queue that nobody will come back to read from now on: its messages and bindings go with it. */
async function remove(services: Services, queue: string): Promise<JsonObject> {
  const known = services.queues.get(queue)
  if (!known || known.life === "fleeting") {
    throw new RequestError(`"${queue}" is not one of the lasting queues that were made here, see queue.list`)
  }
  if (await services.network.isConnected(known.token)) {
    throw new RequestError(`${known.token} is connected and uses ${queue}: stop it first`)
  }
  const messages = await services.topology.deleteQueue(queue, { ifUnused: true })
  services.queues.forget(queue)
  return { queue, messages }
}
