import { Broker } from "@metricq/broker"

/** A broker in a process of its own, for the bench: says its port, and ends with its parent. */
const broker = new Broker({ port: 0 })
await broker.start()
process.send?.({ port: broker.port })
process.on("disconnect", () => process.exit())
