import { type ClientOptions, type JsonObject, silentLogger, Timestamp } from "@metricq/client"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import type { FailurePolicy } from "../fields/failure.js"
import { OfflineNetwork, type PolledPoint } from "../offline-network.js"
import type { Job, Opening, Round } from "./job.js"
import type { PollingConfig } from "./polling-config.js"
import { PollingSource } from "./polling-source.js"

interface Device {
  /** What a round does. */
  poll(round: Round, job: Job): Promise<void> | void
  open?(this: Job, opening: Opening): Promise<void>
  close?: Job["close"]
  readonly intervalMs?: number
  readonly timeoutMs?: number
  readonly onFailure?: FailurePolicy
  readonly retryMs?: readonly number[]
}

interface Config extends PollingConfig {
  readonly devices: Readonly<Record<string, Device>>
}

const DEFAULTS = { maxConcurrent: 8, selfMetrics: false } as const

class DeviceSource extends PollingSource<Config> {
  protected override jobs({ devices }: Config): Job[] {
    return Object.entries(devices).map(([name, device]) => ({
      key: name,
      schedule: { intervalMs: device.intervalMs ?? 20, offsetMs: 0, jitterMs: 0 },
      timeoutMs: device.timeoutMs ?? 1000,
      onFailure: device.onFailure ?? "skip",
      retryMs: device.retryMs ?? [],
      targets: [{ name, metrics: { [`${name}.a`]: { metadata: { unit: "W" } }, [`${name}.b`]: { metadata: {} } } }],
      async poll(round) {
        await device.poll(round, this)
      },
      ...(device.open && { open: device.open }),
      ...(device.close && { close: device.close }),
    }))
  }

  details(): JsonObject {
    return this.discoverDetails()
  }
}

/** A source without network that ends with the test. */
async function start(t: TestScope, config: Config) {
  const options: ClientOptions = { token: "source-device", url: "amqp://offline.invalid/", logger: silentLogger }
  const source = new DeviceSource(options)
  const network = new OfflineNetwork(source as never)
  const stop = new AbortController()
  const configure = async (some: Config) => {
    source.config = some
    await source.onConfig(some)
  }
  await configure(config)
  const task = source.task(stop.signal)
  onTestEnd(t, async () => {
    stop.abort()
    await task
  })
  /** Points that came, once `isEnough` says so. */
  const until = async (isEnough: (points: PolledPoint[]) => boolean) => {
    const points: PolledPoint[] = []
    do {
      await new Promise((resolve) => setTimeout(resolve, 5))
      points.push(...network.take())
    } while (!isEnough(points))
    return points
  }
  return { source, configure, until }
}

const values = (points: readonly PolledPoint[], metric: string) =>
  points.filter((point) => point.metric === metric).map(({ value }) => value)
const hasAtLeast = (n: number, metric: string) => (points: PolledPoint[]) => values(points, metric).length >= n

test("rounds follow at multiples of the interval, and send what they read", async (t) => {
  let count = 0
  const { until, source } = await start(t, {
    ...DEFAULTS,
    devices: { d: { intervalMs: 50, poll: (round) => round.send("d.a", ++count) } },
  })
  const points = await until(hasAtLeast(4, "d.a"))
  expect(values(points, "d.a").slice(0, 4)).toEqual([1, 2, 3, 4])
  const [, ...aligned] = points.map(({ time }: { time: Timestamp }) => time.posixNs % 50_000_000n)
  expect(new Set(aligned)).toEqual(new Set([0n]))
  expect(source.details()).toMatchObject({ targets: 1, targetsUp: 1, failingTargets: [] })
})

test("a device that hangs delays no other, fails within its time, and its work is told to end", async (t) => {
  let isAborted = false
  const hang = ({ signal }: Round) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        isAborted = true
        reject(signal.reason)
      })
    })
  const { until, source } = await start(t, {
    ...DEFAULTS,
    devices: {
      hung: { poll: hang, timeoutMs: 60, onFailure: "nan" },
      quick: { poll: (round) => round.send("quick.a", 1) },
    },
  })
  const points = await until(hasAtLeast(1, "hung.a"))
  expect(values(points, "hung.a")).toEqual([Number.NaN])
  expect(values(points, "quick.a").length).toBeGreaterThan(1)
  expect(isAborted).toBe(true)
  expect(source.details()).toMatchObject({ failingTargets: [{ name: "hung", error: "no answer within 0.06 s" }] })
})

test("the failure policy decides what is sent for what cannot be read", async (t) => {
  const failing =
    (fails: boolean) =>
    (round: Round, { targets }: Job) => {
      const name = targets[0]?.name ?? ""
      round.send(`${name}.a`, 7)
      if (!fails) return round.missing(targets[0]!, `${name}.b`, new Error("no such value"))
      round.failed(targets[0]!, new Error("gone"))
    }
  let round = 0
  const { until } = await start(t, {
    ...DEFAULTS,
    devices: {
      nan: { poll: failing(true), onFailure: "nan" },
      skip: { poll: failing(true), onFailure: "skip" },
      part: { poll: failing(false), onFailure: "nan" },
      last: {
        onFailure: "last",
        poll: (r) => {
          round += 1
          if (round > 1) throw new Error("gone")
          r.send("last.a", 5)
        },
      },
    },
  })
  const points = await until(
    (all) => ["nan.b", "part.b", "skip.a"].every((m) => values(all, m).length > 1) && values(all, "last.a").length > 2,
  )
  expect(values(points, "nan.a")[0]).toBe(7)
  expect(values(points, "nan.b")[0]).toBeNaN()
  expect(values(points, "skip.b")).toEqual([])
  expect(values(points, "part.b")[0]).toBeNaN()
  expect(values(points, "part.a")[0]).toBe(7)
  expect(values(points, "last.a").slice(0, 3)).toEqual([5, 5, 5])
  expect(values(points, "last.b")).toEqual([])
})

test("after a failure the job is closed and opened anew, not before its pause is over", async (t) => {
  const log: string[] = []
  let isBroken = true
  const { until } = await start(t, {
    ...DEFAULTS,
    devices: {
      d: {
        retryMs: [150],
        open: async () => void log.push(`open at ${Date.now()}`),
        close: () => void log.push("close"),
        poll: (round) => {
          if (isBroken) throw new Error("reset")
          round.send("d.a", 1)
        },
      },
    },
  })
  while (!log.includes("close")) await new Promise((resolve) => setTimeout(resolve, 5))
  isBroken = false
  await until(hasAtLeast(1, "d.a"))
  const [first, close, second] = log
  expect(close).toBe("close")
  const at = (line: string | undefined) => Number(line?.split(" ").at(-1))
  expect(at(second) - at(first)).toBeGreaterThanOrEqual(140)
})

test("a new configuration touches only what changed, and one that is wrong changes nothing", async (t) => {
  const log: string[] = []
  const device = (name: string): Device => ({
    open: async () => void log.push(`open ${name}`),
    close: () => void log.push(`close ${name}`),
    poll: (round) => round.send(`${name}.a`, 1),
  })
  const { configure, until } = await start(t, { ...DEFAULTS, devices: { a: device("a"), b: device("b") } })
  await until((points) => hasAtLeast(1, "a.a")(points) && hasAtLeast(1, "b.a")(points))
  await configure({ ...DEFAULTS, devices: { a: device("other"), c: device("c") } })
  await until((points) => hasAtLeast(2, "a.a")(points) && hasAtLeast(1, "c.a")(points))
  expect(log.toSorted()).toEqual(["close b", "open a", "open b", "open c"])
})

test("metrics about targets are published, under the token or a prefix", async (t) => {
  const { until } = await start(t, {
    maxConcurrent: 8,
    selfMetrics: { prefix: "lab.self", interval: 0.03 },
    devices: {
      good: { poll: (round) => round.send("good.a", 1) },
      bad: {
        poll: () => {
          throw new Error("gone")
        },
      },
    },
  })
  const points = await until((all) =>
    ["lab.self.good.last_success", "lab.self.bad.errors"].every((m) => values(all, m).length > 1),
  )
  expect(values(points, "lab.self.good.up").at(-1)).toBe(1)
  expect(values(points, "lab.self.bad.up").at(-1)).toBe(0)
  expect(values(points, "lab.self.bad.errors").at(-1)).toBeGreaterThan(0)
  expect(values(points, "lab.self.good.duration").at(-1)).toBeLessThan(1)
  expect(values(points, "lab.self.bad.last_success")).toEqual([])
})

test("a target that is still being asked keeps its state, and may tell its own duration", async (t) => {
  let count = 0
  const { until, source } = await start(t, {
    ...DEFAULTS,
    devices: {
      d: {
        onFailure: "nan",
        poll: (round, { targets: [target] }) => {
          count += 1
          if (target === undefined) return
          if (count > 1) return round.pending(target)
          round.took(target, 42)
          round.send("d.a", 1)
        },
      },
      other: { poll: (round) => round.send("other.a", 1) },
    },
  })
  const points = await until((all) => count > 3 && hasAtLeast(3, "other.a")(all))
  expect(values(points, "d.a")).toEqual([1])
  const [state] = source.targetStates()
  expect(state).toMatchObject({ isUp: true, durationS: 42, errors: 0 })
})

test("a metric whose silence is told late has NaN only then, and again as long as it lasts", async (t) => {
  let isSilent = false
  const nanWhenSilent = { silentMs: 120, afterMs: 100 }
  const { until } = await start(t, {
    ...DEFAULTS,
    devices: {
      d: {
        async open(this: Job, { declare }) {
          for (const target of this.targets) await declare(target, { "d.late": { metadata: {}, nanWhenSilent } })
        },
        poll: (round) => {
          if (isSilent) throw new Error("gone")
          round.send("d.late", 1)
        },
      },
    },
  })
  const before = await until(hasAtLeast(1, "d.late"))
  isSilent = true
  const points = [...before, ...(await until((some) => some.filter(({ value }) => Number.isNaN(value)).length >= 2))]
  const last = points.findLast(({ value }) => value === 1)
  const nans = points.filter(({ value }) => Number.isNaN(value))
  expect(nans.map(({ time }) => Number(time.posixNs - (last?.time.posixNs ?? 0n)) / 1e6)).toEqual([100, 200])
})

test("what comes on its own between the rounds is sent, too", async (t) => {
  const { until } = await start(t, {
    ...DEFAULTS,
    devices: {
      d: {
        intervalMs: 60_000,
        open: async ({ send }) => {
          setTimeout(() => send("d.a", 7, Timestamp.fromNs(5n)), 20)
        },
        poll: () => undefined,
      },
    },
  })
  const [point] = await until(hasAtLeast(1, "d.a"))
  expect([point?.value, point?.time.posixNs]).toEqual([7, 5n])
})
