/**
 * A source with a configuration: a sine wave, ten times a second.
 *
 *   npx metricq config set source-example examples/source.json && npx tsx examples/source.ts
 */
import { IntervalSource, type Timestamp } from "metricq"

interface Config {
  /** Points a second. */
  rate: number
  /** Seconds of one wave. */
  period: number
}

class SineSource extends IntervalSource<Config> {
  async onConfig({ rate, period }: Config) {
    if (!(rate > 0) || !(period > 0)) throw new RangeError("rate and period are numbers above 0")
    this.period = 1 / rate
    await this.declareMetrics({
      "example.sine": { rate, unit: "V", description: `a sine wave of ${period} s` },
    })
  }

  async update(time: Timestamp) {
    this.send("example.sine", time, Math.sin((2 * Math.PI * time.posix) / this.config.period))
  }
}

const url = process.env.METRICQ_SERVER ?? "amqp://localhost/"
await new SineSource({ token: "source-example", url }).run()
