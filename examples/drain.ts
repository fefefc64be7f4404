/**
 * Measure while something runs: let a queue collect, then read it empty.
 *
 *   npx tsx examples/drain.ts example.sine 5
 */
import { setTimeout as pause } from "node:timers/promises"
import { Subscriber } from "metricq"

const [metric = "example.sine", seconds = "5"] = process.argv.slice(2)
const url = process.env.METRICQ_SERVER ?? "amqp://localhost/"

const subscriber = new Subscriber({ token: "sink-example-drain", url, metrics: [metric], expires: 600 })
await subscriber.connect()
console.log(`collecting ${metric} for ${seconds} s`)
await pause(1000 * Number(seconds))

let count = 0
let minimum = Number.POSITIVE_INFINITY
let maximum = Number.NEGATIVE_INFINITY
for await (const [, , value] of subscriber.drain()) {
  count += 1
  minimum = Math.min(minimum, value)
  maximum = Math.max(maximum, value)
}
console.log(`${count} points, from ${minimum} to ${maximum}`)
