import { execFileSync } from "node:child_process"
import { describeOnBrokers, type TestScope } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { FakeIpmiSensors } from "../testing/fake-ipmi-sensors.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { ipmi } from "./agent.js"

const sensors = { power: { name: "Sys Power", unit: "W", description: "node power" } }
const group = (hosts: string, names: string, more: object = {}) => ({
  hosts,
  names,
  username: "mon",
  password: "very-secret",
  sensors,
  ...more,
})
const base = (fake: FakeIpmiSensors) => ({
  interval: 0.3,
  retry_delays: [0.4],
  ipmi_sensors_cmd: fake.command,
  selfMetrics: { interval: 0.1 },
})

function start(t: TestScope, config: object, metrics: readonly string[], kind?: "embedded" | "rabbitmq") {
  return SourceUnderTest.start(t, ipmi as never, config, { metrics, ...(kind && { broker: { kind } }) })
}

describeOnBrokers("source-ipmi", (kind) => {
  test("one process a round reads all hosts of a group, by the records that were found first", async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 100 }, bmc2: { value: 200 } })
    const config = { ...base(fake), ipmi_hosts: [group("bmc[1-2]", "lab.node[1-2]")] }
    const metrics = ["lab.node1.power", "lab.node2.power", "source-ipmi.lab.node1.up"]
    const source = await start(t, config, metrics, kind as "embedded")
    const [one, two] = [await source.next("lab.node1.power"), await source.next("lab.node2.power")]
    expect([one.value, two.value]).toEqual([100, 200])
    expect(one.time).toBe(two.time)
    expect((await source.next("lab.node1.power")).time).toBeGreaterThan(one.time)
    expect(await source.nextValue("source-ipmi.lab.node1.up")).toBe(1)
    const [first, second] = fake.calls
    expect(first?.words).toMatch(/--session-timeout=950 .*-Q --sdr-cache-recreate -h bmc1,bmc2 -F 2 /)
    expect(second?.words).toContain(" -r 1 ")
    expect(await source.metadata("lab.node1.power")).toMatchObject({
      rate: 1 / 0.3,
      unit: "W",
      description: "node power",
    })
  })
})

describe("secrets and permissions", () => {
  test("user and password are on no command line, and in no error", async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 1 } })
    const source = await start(t, { ...base(fake), ipmi_hosts: [group("bmc1", "lab.node1")] }, ["lab.node1.power"])
    expect(await source.nextValue("lab.node1.power")).toBe(1)
    for (const { words, config } of fake.calls) {
      expect(words).not.toMatch(/very-secret|mon/)
      expect(config).toContain('username "mon" password "very-secret"')
    }
    fake.let("bmc1", "garbage")
    await source.nextValue("lab.node1.power", Number.isNaN)
    expect(JSON.stringify([await source.discover(), source.warnings])).not.toContain("very-secret")
  })

  test("another program, a raw command or a path must be allowed", async (t) => {
    await FakeIpmiSensors.start(t, {})
    const ipmi_hosts = [group("bmc1", "lab.node1")]
    const raw = { x: { raw: "0x06 0x01", bytes: "u8@0" } }
    const source = await start(t, { interval: 0.2, ipmi_sensors_cmd: "/bin/echo", ipmi_hosts }, ["lab.node1.power"])
    expect(await source.nextValue("lab.node1.power", Number.isNaN)).toBeNaN()
    const failing = async () => (await source.discover()).failingTargets as { error: string }[]
    expect((await failing())[0]?.error).toContain('"/bin/echo" may not be run')
    await source.configure({ interval: 0.2, ipmi_hosts: [group("bmc1", "lab.node1", { sensors: raw })] })
    await expect.poll(async () => (await failing())[0]?.error).toContain('"ipmi-raw 0x06 0x01" may not be run')
    const ipmi_sensors_params = { "--sdr-cache-file": "/etc/passwd" }
    await source.configure({ interval: 0.2, ipmi_hosts, ipmi_sensors_params })
    await expect.poll(async () => (await failing())[0]?.error).toContain("--sdr-cache-file=/etc/passwd")
  })

  test("a configuration that cannot work is refused, and the old one goes on", async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 1 } })
    const source = await start(t, { ...base(fake), ipmi_hosts: [group("bmc1", "lab.node1")] }, ["lab.node1.power"])
    const refusal = (more: object) =>
      source.configure({ ...base(fake), ipmi_hosts: [group("bmc1", "lab.node1", more)] }).then(
        () => "",
        (error: Error) => error.message,
      )
    expect(await refusal({ names: "a,b" })).toContain("expected 1 names, as there are hosts, got 2")
    expect(await refusal({ hosts: "-x" })).toContain("expected addresses")
    expect(await refusal({ sensors: { x: { name: "a", plugin: "none" } } })).toContain("no plugin none on this machine")
    expect(await refusal({ sensors: { x: { name: "a", plugin: "power_supply" } } })).toContain("expected 4 names")
    expect(await refusal({ ipmi_sensors_params: { "-p": "x" } })).toContain('"password"')
    expect(await source.nextValue("lab.node1.power")).toBe(1)
  })
})

/** Times between the next points of a metric, in intervals of 0.3 s. */
async function steps(source: SourceUnderTest, metric: string, rounds: number): Promise<number[]> {
  const times: bigint[] = []
  for (let i = 0; i <= rounds; i += 1) times.push((await source.next(metric)).time)
  return times.slice(1).map((time, i) => Math.round(Number(time - (times[i] ?? 0n)) / 3e8))
}

describe("BMCs that misbehave", () => {
  test.for(["hangs", "is gone", "garbage", "other sensors"] as const)(
    "%s: it gets NaN, the others go on, and it comes back",
    { timeout: 20_000 },
    async (act, t) => {
      const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 1 }, bmc2: { value: 2 } })
      const ipmi_hosts = [group("bmc[1-2]", "lab.node[1-2]")]
      const metrics = ["lab.node1.power", "lab.node2.power", "source-ipmi.lab.node1.up"]
      const source = await start(t, { ...base(fake), timeout: 1, start_timeout: 1, ipmi_hosts }, metrics)
      expect(await source.nextValue("lab.node1.power")).toBe(1)
      fake.let("bmc1", act)
      expect(await source.nextValue("lab.node1.power", Number.isNaN)).toBeNaN()
      expect(await source.nextValue("source-ipmi.lab.node1.up", (up) => up === 0)).toBe(0)
      const { failingTargets } = await source.discover()
      expect(failingTargets).toMatchObject([{ name: "lab.node1" }])
      expect(await source.nextValue("lab.node2.power")).toBe(2)
      fake.let("bmc1", { value: 3 })
      expect(await source.nextValue("lab.node1.power", (value) => value > 0)).toBe(3)
      expect(await source.nextValue("source-ipmi.lab.node1.up", (up) => up === 1)).toBe(1)
    },
  )

  test("a slow one is read apart, at its own pace, and the others miss no round", { timeout: 20_000 }, async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 1 }, bmc2: { value: 2 }, bmc3: { value: 3 } })
    const ipmi_hosts = [group("bmc[1-3]", "lab.node[1-3]")]
    const metrics = ["lab.node1.power", "lab.node2.power"]
    const source = await start(t, { ...base(fake), ipmi_hosts }, metrics)
    expect(await source.nextValue("lab.node1.power")).toBe(1)
    await source.next("lab.node2.power")
    fake.let("bmc1", { value: 11, afterS: 0.8 })
    expect(await steps(source, "lab.node2.power", 6)).toEqual([1, 1, 1, 1, 1, 1])
    expect(await source.nextValue("lab.node1.power", (value) => value !== 1)).toBe(11)
    const asked = () => fake.calls.map(({ hosts }) => hosts)
    await expect.poll(asked).toEqual(expect.arrayContaining(["bmc1", "bmc2,bmc3"]))
    fake.let("bmc1", { value: 12 })
    await expect.poll(() => asked().at(-1), { timeout: 10_000 }).toBe("bmc1,bmc2,bmc3")
  })

  test("one that hangs is ended with all its processes when the source stops", async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: "hangs" })
    const source = await start(t, { ...base(fake), ipmi_hosts: [group("bmc1", "lab.node1")] }, [])
    await expect.poll(() => fake.calls.length).toBe(1)
    const begun = performance.now()
    await source.agent.stop()
    expect(performance.now() - begun).toBeLessThan(2000)
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(fake.command)
  })

  test("a change of one group leaves the others alone", async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 1 }, bmc2: { value: 2 } })
    const one = group("bmc1", "lab.node1")
    const source = await start(t, { ...base(fake), ipmi_hosts: [one, group("bmc2", "lab.node2")] }, ["lab.node2.a"])
    await expect.poll(() => fake.calls.length).toBeGreaterThan(4)
    const a = { a: { name: "Sys Power" } }
    await source.configure({ ...base(fake), ipmi_hosts: [one, group("bmc2", "lab.node2", { sensors: a })] })
    expect(await source.nextValue("lab.node2.a")).toBe(2)
    const isFirst = ({ words }: { words: string }) => words.includes("--sdr-cache-recreate")
    expect(
      fake.calls
        .filter(isFirst)
        .map(({ hosts }) => hosts)
        .toSorted(),
    ).toEqual(["bmc1", "bmc2", "bmc2"])
  })

  test("what a sensor has no number for is NaN, nothing, or the last value, as is wished", async (t) => {
    const fake = await FakeIpmiSensors.start(t, { bmc1: { value: 7 } })
    const wishes = {
      nan: { name: "Mode" },
      skip: { name: "Mode", onFailure: "skip" },
      power: { name: "Sys Power", scale: 2, offset: 1 },
    }
    const ipmi_hosts = [group("bmc1", "lab.node1", { sensors: wishes })]
    const metrics = Object.keys(wishes).map((suffix) => `lab.node1.${suffix}`)
    const source = await start(t, { ...base(fake), ipmi_hosts }, metrics)
    expect(await source.nextValue("lab.node1.nan")).toBeNaN()
    expect(await source.nextValue("lab.node1.power")).toBe(15)
    expect((await source.discover()).targetsUp).toBe(1)
  })
})
