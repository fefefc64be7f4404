// The child of `BrokerProcess`: one embedded broker, told what to do over the channel that `fork` opens.
import { Broker } from "@metricq/broker"
import type { BrokerAnswer, BrokerRequest } from "./broker-process-messages.js"

let broker: Broker | undefined

process.on("message", (request: BrokerRequest) => {
  obey(request).then(answer, (error: unknown) => answer({ error: String(error) }))
})
process.on("disconnect", () => process.exit())

async function obey(request: BrokerRequest): Promise<BrokerAnswer> {
  if (request.ask === "start") {
    broker = new Broker(request.options)
    await broker.start()
    return { port: broker.port }
  }
  if (request.ask === "addUser") await broker?.addUser(request.name, request.password)
  else if (request.ask === "addVhost") await broker?.addVhost(request.name)
  else await broker?.stop()
  return {}
}

function answer(message: BrokerAnswer): void {
  process.send?.(message)
}
