import { Timestamp } from "@metricq/client"
import { expect } from "vitest"
import type { ExampleCheck, ExampleRun } from "./example-run.js"

/** Points as a printing sink shows them: time, metric, value. */
const isoLine = /^(\d{4}-\S+Z) (\S+) (\S+)$/

/** Sends to the metric until the program prints a point of it, and checks that this is one of those sent. */
async function printsWhatIsSent(run: ExampleRun, metric: string): Promise<void> {
  const { result, times } = await run.sendUntil(metric, run.program.line(isoLine))
  const [, time, name, value] = result
  expect(name).toBe(metric)
  expect(time).toBe(times.get(Number(value))?.toIso())
  await endsAsAsked(run)
}

async function endsAsAsked({ program, flavour }: ExampleRun): Promise<void> {
  // On a busy machine tsx kills a program that has not shown within 60 ms that it has seen the signal.
  expect(flavour === "typescript" ? [0, 130] : [0]).toContain(await program.interrupt())
}

/** Takes points of a source that sends at a fixed rate; checks their distances and what the manager knows of the metric. */
async function sendsAtRate(run: ExampleRun, metric: string, rate: number, inRange: (value: number) => boolean) {
  const sink = await run.net.sink("sink-of-the-test", [metric])
  void run.program
  const points = await sink.take(5)
  expect(points.every(([name, , value]) => name === metric && inRange(value))).toBe(true)
  for (let i = 1; i < points.length; i++) {
    const steps = points[i]![1].minus(points[i - 1]![1]).s * rate
    expect(steps).toBeCloseTo(Math.max(1, Math.round(steps)), 3)
  }
  const client = await run.net.client("client-of-the-test")
  expect(await client.getMetrics({ selector: [metric] })).toMatchObject({ [metric]: { rate } })
  await endsAsAsked(run)
}

const between = (low: number, high: number) => (value: number) => value >= low && value <= high

const dummySource: ExampleCheck = {
  configs: { "source-ts-dummy": { rate: 50 } },
  check: (run) => sendsAtRate(run, "example.ts.dummy", 50, between(0, 1)),
}

const printSink: ExampleCheck = { check: (run) => printsWhatIsSent(run, "example.ts.dummy") }

/** Sends 42 for as long as the program collects; it must count what came and see nothing else. */
async function collects(run: ExampleRun, metric: string, result: RegExp): Promise<RegExpExecArray> {
  const source = await run.net.source("source-of-the-test", { metrics: { [metric]: {} } })
  const line = run.program.line(result)
  let sent = 0
  for (let done = false; !done; ) {
    await source.send(metric, Timestamp.now(), 42)
    sent++
    done = await Promise.race([
      line.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 20, false)),
    ])
  }
  const match = await line
  expect(Number(match[1])).toBeGreaterThan(10)
  expect(Number(match[1])).toBeLessThanOrEqual(sent)
  expect(await run.program.exit()).toBe(0)
  return match
}

/** What each example needs and must do, by its name: the file it stands in, and its title. */
export const exampleChecks: Record<string, ExampleCheck> = {
  "README.md source.ts": dummySource,
  "README.md sink.ts": printSink,
  "docs/howto/source.md source.ts": dummySource,
  "docs/howto/source.md columns.ts": {
    configs: { "source-ts-columns": {} },
    async check(run) {
      const sink = await run.net.sink("sink-of-the-test", ["example.ts.columns"])
      void run.program
      const points = await sink.take(2000)
      expect(points.slice(0, 1000).map(([, , value]) => value)).toEqual(
        Array.from({ length: 1000 }, (_, i) => Math.sin(i / 100)),
      )
      expect(points[999]![1].minus(points[0]![1]).ns).toBe(99_900_000n)
      await endsAsAsked(run)
    },
  },
  "docs/howto/sink.md sink.ts": printSink,
  "docs/howto/sink.md chunks.ts": {
    async check(run) {
      const metric = "example.ts.chunks"
      const source = await run.net.source("source-of-the-test", { metrics: { [metric]: {} } })
      const line = run.program.line(/^(\S+) points (\d+) max (\S+)$/)
      const columns = { times: BigInt64Array.of(1n, 2n, 3n), values: Float64Array.of(1, 7, 3) }
      for (let done = false; !done; ) {
        await source.sendChunk(metric, columns)
        done = await Promise.race([
          line.then(() => true),
          new Promise<boolean>((resolve) => setTimeout(resolve, 50, false)),
        ])
      }
      expect((await line).slice(1)).toEqual([metric, "3", "7"])
      await endsAsAsked(run)
    },
  },
  "docs/howto/sink.md drain.ts": {
    async check(run) {
      const [, , mean] = await collects(run, "example.ts.dummy", /^points (\d+) mean (\S+)$/)
      expect(mean).toBe("42")
    },
  },
  "docs/howto/history.md history.ts": {
    async prepare(net) {
      const db = await net.database("db-of-the-test", ["example.#"])
      const minute = 60_000_000_000n
      const { posixNs: now } = Timestamp.now()
      for (const [ago, value] of [
        [20n, 100],
        [3n, 1],
        [2n, 3],
        [1n, 2],
      ] as const) {
        db.put("example.ts.dummy", now - ago * minute, value)
      }
    },
    async check({ program }) {
      expect(await program.exit()).toBe(0)
      const [last, aggregate, ...rest] = program.stdout
      expect(last).toMatch(/^last 2 at \d{4}-\S+Z$/)
      expect(aggregate).toMatch(/^points 3 from 1 to 3 mean [\d.]+$/)
      expect(rest.map((line) => line.replace(/^\S+Z/, "time"))).toEqual(["time 1 1", "time 3 3", "time 2 2", "sum 6"])
    },
  },
  "docs/howto/first-network.md source.py": {
    configs: { "source-py-dummy": { rate: 50 } },
    async check(run) {
      const sink = await run.net.sink("sink-of-the-test", ["example.py.dummy"])
      void run.program
      const points = await sink.take(5)
      expect(points.every(([, , value]) => value >= 0 && value < 1)).toBe(true)
    },
  },
  "docs/howto/sink.md sink.py": {
    async check(run) {
      const line = run.program.line(/^(\S+)\+00:00 example\.ts\.dummy (\S+)$/)
      const { result, times } = await run.sendUntil("example.ts.dummy", line)
      const [, time, value] = result
      expect(times.get(Number(value))?.toIso().slice(0, 23)).toBe(time?.slice(0, 23))
    },
  },
  "docs/reference/library.md source.ts": {
    configs: { "source-memory": { rate: 50 } },
    check: (run) => sendsAtRate(run, "lab.memory", 50, between(10, 1000)),
  },
  "docs/reference/library.md client.ts": {
    prepare: (net) =>
      net.source("source-of-the-test", { metrics: { "lab.power": { unit: "W", rate: 10 }, "x.y": {} } }),
    async check({ program }) {
      await program.line(/^manager runs on \S+$/)
      expect(await program.exit()).toBe(0)
      expect(program.stdout.filter((line) => !line.includes("runs on"))).toEqual(["lab.power W 10"])
      expect(program.printed).toMatch(/^source-of-the-test runs on /m)
    },
  },
  "docs/reference/library.md lamp.ts": {
    async check(run) {
      void run.program
      const client = await run.net.client("client-of-the-test")
      const ask = async () => {
        for (;;) {
          try {
            return await client.rpcTo("lamp", "lamp.blink", { times: 3 })
          } catch (error) {
            // Not there yet.
            if ((error as { code?: string }).code !== "peer-away" || run.program.ended) throw error
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
        }
      }
      expect(await ask()).toEqual({ blinked: 3 })
      await expect(client.rpcTo("lamp", "lamp.blink", {})).rejects.toThrow("times must be a number")
      expect(await client.rpcTo("lamp", "lamp.off")).toEqual({})
      await run.program.line(/^off$/)
      await endsAsAsked(run)
    },
  },
  "docs/reference/library.md door.ts": {
    configs: { "source-door": {} },
    async check(run) {
      const sink = await run.net.sink("sink-of-the-test", ["lab.door.open"])
      await endsByItself(run)
      const [metric, , value] = await sink.next()
      expect([metric, value]).toEqual(["lab.door.open", 1])
    },
  },
  "docs/reference/library.md keep.ts": {
    prepare: (net) => net.source("source-of-the-hall", { metrics: { "hall.power": { unit: "W" } } }),
    async check(run) {
      const { net, program } = run
      const client = await net.source("source-of-the-test", { metrics: { "lab.a": {} } })
      let sent = 0
      const sendTo = async (value: number) => {
        for (; sent < value; ) await client.send("lab.a", Timestamp.now(), ++sent)
      }
      await program.line(/^unit W$/)
      await sendTo(100)
      await program.line(/^lab\.a 100$/)
      net.broker.proxy.cut()
      await sendTo(200)
      await program.line(/^lab\.a 200$/)
      const values = program.stdout.filter((line) => line.startsWith("lab.a")).map((line) => Number(line.slice(6)))
      expect(values).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
      await endsAsAsked(run)
    },
  },
  "docs/reference/library.md durable.ts": {
    configs: { "sink-watchdog": { metrics: ["lab.power"], limit: 2 } },
    async check(run) {
      const { result } = await run.sendUntil("lab.power", run.program.line(/^lab\.power (\d+) is above 2$/))
      expect(Number(result[1])).toBeGreaterThan(2)
      expect(run.program.printed).not.toMatch(/^lab.power [12] /m)
      await endsAsAsked(run)
    },
  },
  "docs/reference/library.md last-values.ts": {
    configs: { "db-last-values": { metrics: ["lab.#"] } },
    async check(run) {
      void run.program
      const history = await run.net.history("history-of-the-test")
      const stored = async () => {
        for (;;) {
          const last = await history.historyLastValue("lab.power").catch(({ code }: { code: string }) => code)
          if (last !== "not-stored" || run.program.ended) return last
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      const { result, times } = await run.sendUntil("lab.power", stored())
      if (typeof result !== "object") throw new Error(`the answer is ${result}`)
      expect(times.get(result.value)).toEqual(result.timestamp)
      await expect(history.historyAggregate("lab.power")).rejects.toThrow("only last values are kept")
      await endsAsAsked(run)
    },
  },
  "docs/reference/library.md times.ts": { check: (run) => endsByItself(run) },
  "docs/reference/library.md errors.ts": { check: (run) => endsByItself(run) },
  "examples/source.ts": {
    configs: { "source-example": { rate: 50, period: 60 } },
    check: (run) => sendsAtRate(run, "example.sine", 50, between(-1, 1)),
  },
  "examples/sink.ts": { args: ["example.#"], check: (run) => printsWhatIsSent(run, "example.of.the.test") },
  "examples/drain.ts": {
    args: ["example.of.the.test", "2"],
    async check(run) {
      const [, , low, high] = await collects(run, "example.of.the.test", /^(\d+) points, from (\S+) to (\S+)$/)
      expect([low, high]).toEqual(["42", "42"])
    },
  },
}

/** It ends, and has printed what the document says it prints. */
async function endsByItself({ program, output }: ExampleRun): Promise<void> {
  expect(await program.exit()).toBe(0)
  expect(program.stdout.join("\n")).toBe(output)
}
