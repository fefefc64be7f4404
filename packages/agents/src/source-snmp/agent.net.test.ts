import { describeOnBrokers, SnmpDevice, type SnmpRequest, snmpValue, type TestScope } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { snmp } from "./agent.js"

const PDU = "1.3.6.1.4.1.99999.1"
const UP_TIME = "1.3.6.1.2.1.1.3.0"
const object = (suffix: string, more: object = {}) => ({ suffix, short_description: suffix, ...more })
const base = {
  default_community: "public",
  default_interval: 0.05,
  default_prefix: "lab",
  default_object_collections: ["pdu"],
  additional_metric_attributes: ["unit", "rack"],
  snmp_object_collections: { pdu: { [`.${PDU}.1`]: object("power", { unit: "W" }) } },
  timeout: 0.1,
  retries: 1,
  selfMetrics: { interval: 0.05 },
}
/** Of version 3, signed, to a request of another version: what the library stumbles over. */
function signedAnswer({ id }: SnmpRequest): Buffer {
  const tlv = (tag: number, ...parts: Uint8Array[]) =>
    Buffer.concat([Buffer.from([tag, parts.reduce((sum, { length }) => sum + length, 0)]), ...parts])
  const int = (value: number) => tlv(2, Buffer.from([value >> 24, value >> 16, value >> 8, value]))
  const security = tlv(0x30, tlv(4), int(0), int(0), tlv(4), tlv(4, Buffer.alloc(12)), tlv(4))
  const header = tlv(0x30, int(id), int(65_507), tlv(4, Buffer.from([1])), int(3))
  const pdu = tlv(0xa2, int(id), int(0), int(0), tlv(0x30))
  return tlv(0x30, int(3), header, tlv(4, security), tlv(0x30, tlv(4), tlv(4), pdu))
}

const host = (infix: string, more: object = {}) => ({ infix, description: infix, ...more })

async function start(t: TestScope, config: object, metrics: string[], broker = {}) {
  return SourceUnderTest.start(t, snmp as never, { ...base, ...config }, { metrics, broker })
}

describeOnBrokers("source-snmp", (kind) => {
  test("asks for all objects of a host at once, and sends them as the original does", async (t) => {
    const device = await SnmpDevice.start(t, {
      [`${PDU}.1`]: snmpValue.gauge(230),
      [`${PDU}.2`]: snmpValue.integer(-150),
    })
    const pdu = {
      [`.${PDU}.1`]: object("power", { unit: "W" }),
      [`.${PDU}.2`]: object("current", { multiplier: 0.01, absolute: true }),
      [`.${PDU}.3`]: object("gone"),
    }
    const config = { snmp_object_collections: { pdu }, hosts: { [device.address]: host("a", { rack: "07" }) } }
    const metrics = ["lab.a.power", "lab.a.current", "lab.a.gone", "source-snmp.a.up"]
    const source = await start(t, config, metrics, { kind })
    const power = await source.next("lab.a.power")
    const current = await source.next("lab.a.current")
    expect([power.value, current.value]).toEqual([230, 1.5])
    expect(await source.nextValue("lab.a.gone")).toBeNaN()
    expect(await source.nextValue("source-snmp.a.up")).toBe(1)
    expect(device.asked[0]).toMatchObject({ type: "get", version: 1, oids: [`${PDU}.1`, `${PDU}.2`, `${PDU}.3`] })
    expect(await source.metadata("lab.a.power")).toMatchObject({
      unit: "W",
      rack: "07",
      rate: 20,
      description: "a power",
    })
  })
})

describe("hosts that misbehave", () => {
  test("one that hangs, is slow, answers garbage, another or an error, and comes back disturbs no other", async (t) => {
    const good = await SnmpDevice.start(t, { [`${PDU}.1`]: snmpValue.gauge(1) })
    const bad = await SnmpDevice.start(t, { [`${PDU}.1`]: snmpValue.gauge(2) })
    const hosts = { [good.address]: host("good"), [bad.address]: host("bad") }
    const source = await start(t, { hosts }, ["lab.good.power", "lab.bad.power", "source-snmp.bad.up"])
    expect(await source.nextValue("lab.bad.power")).toBe(2)
    const misbehaviours: [SnmpDevice["misbehave"], string][] = [
      [() => undefined, "no answer from"],
      [() => Buffer.from("30ff00ff", "hex"), "no answer of use"],
      [signedAnswer, "an answer that cannot be read"],
      [(_request, right) => ({ ...right, community: "secret-of-others" }), "the answer has another community"],
      [(_request, right) => ({ ...right, version: 0 }), "the answer has another version"],
      [(_request, right) => ({ ...right, status: 13 }), "ResourceUnavailable"],
      [() => ({ varbinds: [] }), "other objects"],
    ]
    for (const [misbehave, reason] of misbehaviours) {
      bad.misbehave = misbehave
      expect(await source.nextValue("lab.bad.power", Number.isNaN)).toBeNaN()
      expect(await source.nextValue("lab.good.power")).toBe(1)
      await expect.poll(async () => JSON.stringify(await source.discover())).toContain(reason)
      bad.misbehave = undefined
      expect(await source.nextValue("lab.bad.power", (value) => value > 0)).toBe(2)
    }
    await bad.stop()
    expect(await source.nextValue("source-snmp.bad.up", (up) => up === 0)).toBe(0)
    await bad.listen()
    expect(await source.nextValue("source-snmp.bad.up", (up) => up === 1)).toBe(1)
    expect(JSON.stringify([await source.discover(), source.warnings])).not.toContain("secret-of-others")
  })

  test("an object that another answers for is missing, and the others are there", async (t) => {
    const device = await SnmpDevice.start(t, { [`${PDU}.1`]: snmpValue.gauge(1), [`${PDU}.2`]: snmpValue.gauge(2) })
    device.misbehave = (_request, { varbinds }) => ({
      varbinds: varbinds.map(([oid, value]) => [oid === `${PDU}.2` ? `${PDU}.7` : oid, value]),
    })
    const pdu = { [`.${PDU}.1`]: object("one"), [`.${PDU}.2`]: object("two") }
    const config = { snmp_object_collections: { pdu }, hosts: { [device.address]: host("a") } }
    const source = await start(t, config, ["lab.a.one", "lab.a.two"])
    expect(await source.nextValue("lab.a.one")).toBe(1)
    expect(await source.nextValue("lab.a.two")).toBeNaN()
  })
})

describe("requests", () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${PDU}.${i}`, snmpValue.gauge(i)]))
  const pdu = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`.${PDU}.${i}`, object(`m${i}`)]))
  const metrics = Array.from({ length: 20 }, (_, i) => `lab.a.m${i}`)

  test("are split where an answer would be too big, and stay so", async (t) => {
    const device = await SnmpDevice.start(t, many)
    device.maxObjects = 6
    const hosts = { [device.address]: host("a") }
    const source = await start(t, { snmp_object_collections: { pdu }, hosts }, metrics)
    for (const [i, metric] of metrics.entries()) expect(await source.nextValue(metric)).toBe(i)
    const sizes = device.asked.slice(0, 6).map(({ oids }) => oids.length)
    expect(sizes).toEqual([20, 10, 5, 5, 5, 5])
    await expect.poll(() => device.asked[6]?.oids.length).toBe(5)
  })

  test("have no more objects than the host is said to take", async (t) => {
    const device = await SnmpDevice.start(t, many)
    const hosts = { [device.address]: host("a", { maxOids: 8 }) }
    const source = await start(t, { snmp_object_collections: { pdu }, hosts }, metrics)
    for (const metric of metrics) await source.next(metric)
    expect(device.asked.slice(0, 3).map(({ oids }) => oids.length)).toEqual([8, 8, 4])
  })

  test("of version 1 leave out what the host refuses, and ask for the rest", async (t) => {
    const device = await SnmpDevice.start(t, { ...many, [`${PDU}.3`]: snmpValue.noSuchObject })
    device.values.delete(`${PDU}.7`)
    const hosts = { [device.address]: host("a", { version: "1" }) }
    const source = await start(t, { snmp_object_collections: { pdu }, hosts }, [...metrics, "source-snmp.a.up"])
    expect(await source.nextValue("lab.a.m0")).toBe(0)
    expect(await source.nextValue("lab.a.m19")).toBe(19)
    for (const metric of ["lab.a.m3", "lab.a.m7"]) expect(await source.nextValue(metric)).toBeNaN()
    expect(await source.nextValue("source-snmp.a.up")).toBe(1)
    expect(device.asked[0]?.version).toBe(0)
  })

  test("of all intervals of a host come from one socket", async (t) => {
    const device = await SnmpDevice.start(t, many)
    const two = { [`.${PDU}.1`]: object("m1"), [`.${PDU}.2`]: object("m2", { interval: 0.03 }) }
    const hosts = { [device.address]: host("a") }
    const source = await start(t, { snmp_object_collections: { pdu: two }, hosts }, ["lab.a.m1", "lab.a.m2"])
    for (const metric of ["lab.a.m1", "lab.a.m2", "lab.a.m1", "lab.a.m2"]) await source.next(metric)
    expect(device.peers.size).toBe(1)
  })
})

describe("tables", () => {
  const IFX = "1.3.6.1.2.1.31.1.1.1"
  const STATE = "1.3.6.1.2.1.2.2.1.8"
  const row = (index: number, name: string, octets: bigint) => ({
    [`${IFX}.1.${index}`]: snmpValue.text(name),
    [`${IFX}.6.${index}`]: snmpValue.counter64(octets),
    [`${STATE}.${index}`]: snmpValue.integer(1),
  })
  const snmp_tables = {
    interfaces: {
      name: `.${IFX}.1`,
      match: "^eth",
      columns: {
        [`.${IFX}.6`]: object("{name}.received", { rate: true, unit: "B/s" }),
        [`.${STATE}`]: object("{name}.up", { map: { "1": 1, "2": 0 }, short_description: "{name} is up" }),
      },
    },
  }
  const tables = { snmp_object_collections: {}, snmp_tables, default_object_collections: ["interfaces"] }

  for (const version of ["2c", "1"]) {
    test(`rows are looked up, named, and followed as they come and go, in version ${version}`, (t) =>
      followRows(t, version))
  }

  async function followRows(t: TestScope, version: string) {
    const device = await SnmpDevice.start(t, {
      [UP_TIME]: snmpValue.ticks(1000),
      ...row(1, "lo", 5n),
      ...row(7, "eth0.1/2", 1000n),
    })
    const hosts = { [device.address]: host("sw", { version }) }
    const metrics = ["lab.sw.eth0_1_2.up", "lab.sw.eth0_1_2.received", "lab.sw.eth1.up"]
    const source = await start(t, { ...tables, hosts }, metrics)
    expect(await source.nextValue("lab.sw.eth0_1_2.up")).toBe(1)
    expect(await source.nextValue("lab.sw.eth0_1_2.received")).toBe(0)
    expect(await source.metadata("lab.sw.eth0_1_2.up")).toMatchObject({ description: "sw eth0.1/2 is up" })
    device.values.set(`${IFX}.6.7`, snmpValue.counter64(2000n))
    expect(await source.nextValue("lab.sw.eth0_1_2.received", (rate) => rate !== 0)).toBeGreaterThan(1000)
    for (const [oid, value] of Object.entries(row(9, "eth1", 0n))) device.values.set(oid, value)
    expect(await source.nextValue("lab.sw.eth1.up")).toBe(1)
    for (const oid of Object.keys(row(9, "eth1", 0n))) device.values.delete(oid)
    expect(await source.nextValue("lab.sw.eth1.up", Number.isNaN)).toBeNaN()
    expect(await source.nextValue("lab.sw.eth0_1_2.up")).toBe(1)
    expect(device.asked.some(({ type }) => type === "getBulk")).toBe(version === "2c")
  }

  test("a host that was started anew has no rate until it has counted twice", async (t) => {
    const device = await SnmpDevice.start(t, {
      [UP_TIME]: snmpValue.ticks(1000),
      [`${PDU}.1`]: snmpValue.counter32(4_000_000_000),
    })
    const pdu = { [`.${PDU}.1`]: object("energy", { rate: true }) }
    const config = { snmp_object_collections: { pdu }, hosts: { [device.address]: host("a") } }
    const source = await start(t, config, ["lab.a.energy"])
    expect(await source.nextValue("lab.a.energy")).toBe(0)
    device.values.set(UP_TIME, snmpValue.ticks(3))
    device.values.set(`${PDU}.1`, snmpValue.counter32(5))
    expect([await source.nextValue("lab.a.energy"), await source.nextValue("lab.a.energy")]).toEqual([0, 0])
    device.values.set(`${PDU}.1`, snmpValue.counter32(500))
    expect(await source.nextValue("lab.a.energy", (rate) => rate > 0)).toBeGreaterThan(100)
  })

  test("one that never ends is given up, and one that goes in circles", async (t) => {
    const device = await SnmpDevice.start(t, row(7, "eth0", 5n))
    const hosts = { [device.address]: host("sw") }
    const source = await start(t, { ...tables, hosts }, ["lab.sw.eth0.up", "source-snmp.sw.up"])
    expect(await source.nextValue("lab.sw.eth0.up")).toBe(1)
    device.misbehave = ({ oids, type }, right) =>
      type === "get" ? right : { varbinds: oids.map(() => [`${IFX}.1.3`, snmpValue.text("eth3")]) }
    expect(await source.nextValue("lab.sw.eth0.up", Number.isNaN)).toBeNaN()
    await expect.poll(async () => JSON.stringify(await source.discover())).toContain(`tells ${IFX}.1.3 after`)
    device.misbehave = undefined
    expect(await source.nextValue("lab.sw.eth0.up", (up) => up === 1)).toBe(1)
  })
})

test("a new configuration leaves hosts alone that stay as they are, and sockets are closed", async (t) => {
  const device = await SnmpDevice.start(t, { [`${PDU}.1`]: snmpValue.gauge(1) })
  const other = await SnmpDevice.start(t, { [`${PDU}.1`]: snmpValue.gauge(2) })
  const config = { ...base, hosts: { [device.address]: host("stays") }, num_procs: 2 }
  const source = await start(t, config, ["lab.stays.power", "lab.added.power"])
  await source.next("lab.stays.power")
  expect(source.warnings.join()).toContain("num_procs is ignored")
  await source.configure({ ...config, hosts: { ...config.hosts, [other.address]: host("added") } })
  expect(await source.nextValue("lab.added.power")).toBe(2)
  expect(device.peers.size).toBe(1)
  await expect(source.configure({ ...config, hosts: { a: host("a", { objects: ["ups"] }) } })).rejects.toThrow(
    "expected the name of a collection or table",
  )
  expect(await source.nextValue("lab.added.power")).toBe(2)
  const began = performance.now()
  device.misbehave = () => undefined
  await source.agent.stop()
  expect(performance.now() - began).toBeLessThan(2000)
})
