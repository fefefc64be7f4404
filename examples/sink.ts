/**
 * A sink that prints what it receives; without arguments, this machine's CPU.
 *
 *   npx tsx examples/sink.ts 'example.#'
 */
import { Sink, type Timestamp } from "metricq"

const metrics = process.argv.length > 2 ? process.argv.slice(2) : ["*.cpu.usage"]

class PrintSink extends Sink {
  async connect() {
    await super.connect()
    await this.subscribe(metrics)
  }

  async onData(metric: string, time: Timestamp, value: number) {
    console.log(time.toIso(), metric, value)
  }
}

const url = process.env.METRICQ_SERVER ?? "amqp://localhost/"
await new PrintSink({ token: "sink-example", url }).run()
