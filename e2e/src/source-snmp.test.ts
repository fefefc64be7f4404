import { temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { MetricqProcess } from "./metricq-process.js"
import { missingSnmpPrograms, SnmpAgent, WATTS } from "./snmp-agent.js"
import { missingSimulatorPrograms, SnmpSimulator } from "./snmp-simulator.js"
import { SourceInNetwork } from "./source-in-network.js"

const credentials = ["user=monitor", "auth_password=$AUTH", "priv_password=$PRIV"]
const passwords = { AUTH: "authpass123", PRIV: "privpass123" }
const title = (name: string, missing: string[]) =>
  missing.length === 0 ? name : `${name} [left out: ${missing.join(", ")} is not installed]`

const noAgent = missingSnmpPrograms()
describe.skipIf(noAgent.length > 0)(title("source-snmp reads snmpd by version 3", noAgent), () => {
  test("found, configured, measured, lost, replaced, hung and back again", { timeout: 120_000 }, async (t) => {
    const [device, other] = [await SnmpAgent.start(t, 230), await SnmpAgent.start(t, 77)]
    const words = [`host=${device.address}`, "root=.1.3.6.1.4.1.99999", "name=pdu1", "prefix=lab", "interval=500ms"]
    const cwd = await temporaryFolder(t)
    const options = { cwd, env: passwords }
    const found = await SourceInNetwork.discover(t, "source-snmp", [...words, ...credentials], options)
    expect(JSON.stringify(found)).not.toMatch(/authpass|privpass/)
    const { hosts } = found as { hosts: Record<string, object> }

    const config = {
      ...found,
      default_community: "public",
      hosts: { ...hosts, [other.address]: { infix: "pdu2", description: "PDU 2" } },
      timeout: 0.3,
      retries: 1,
      selfMetrics: { interval: 0.5 },
    }
    const suffix = "oid_1_3_6_1_4_1_99999_1_1_0"
    const [first, second] = [`lab.pdu1.${suffix}`, `lab.pdu2.${suffix}`]
    const source = await SourceInNetwork.start(t, "source-snmp", config as never, {
      metrics: [first, second, "source-snmp.pdu1.up"],
      env: { METRICQ_SECRET_SNMP_AUTH: "authpass123", METRICQ_SECRET_SNMP_PRIV: "privpass123" },
    })
    expect(await source.next(first)).toBe(Number(await device.get(WATTS)))
    expect(await source.next(second)).toBe(77)

    await device.stop()
    expect(await source.next("source-snmp.pdu1.up", (up) => up === 0)).toBe(0)
    expect(await source.next(first, Number.isNaN)).toBeNaN()
    expect(await source.next(second)).toBe(77)
    expect(await source.failing()).toMatchObject([{ name: "pdu1", error: expect.stringContaining("no answer") }])

    // While it runs, snmpd would tell the old value for half a minute.
    await device.setWatts(250)
    await device.run()
    expect(await source.next(first, (watts) => watts > 0)).toBe(250)
    await expect.poll(() => source.stored(first)).toEqual(expect.arrayContaining([230, 250, Number.NaN]))

    await device.setWatts(260)
    await device.replace()
    expect(await source.next(first, (watts) => watts === 260)).toBe(260)

    device.hang()
    expect(await source.next(first, Number.isNaN)).toBeNaN()
    expect(await source.next(second)).toBe(77)
    device.goOn()
    expect(await source.next(first, (watts) => watts > 0)).toBe(260)

    const began = performance.now()
    expect(await source.agent.stop()).toBe(0)
    expect(performance.now() - began).toBeLessThan(2000)
    expect([...source.agent.stdout, ...source.agent.stderr].join("\n")).not.toMatch(/authpass|privpass/)
  })
})

const noSimulator = missingSimulatorPrograms()
describe.skipIf(noSimulator.length > 0)(title("source-snmp reads a switch of snmpsim", noSimulator), () => {
  const IFX = "1.3.6.1.2.1.31.1.1.1"
  const STATE = "1.3.6.1.2.1.2.2.1.8"
  const ports = Array.from({ length: 80 }, (_, i) => i + 1)
  const records = [
    "1.3.6.1.2.1.1.3.0|67|4000",
    ...ports.map((i) => `${STATE}.${i}|2|${i % 3 === 0 ? 2 : 1}`),
    ...ports.map((i) => `${IFX}.1.${i}|4|Gi1/0/${i}`),
    ...ports.map((i) => `${IFX}.6.${i}|70|${2n ** 63n + BigInt(i)}`),
  ]

  test("found with its ports, and the values are those of snmpbulkwalk", { timeout: 60_000 }, async (t) => {
    const simulator = await SnmpSimulator.start(t, { switch1: records })
    const cwd = await temporaryFolder(t)
    const words = [`host=${simulator.address}`, "community=switch1", "name=switch1", "prefix=lab"]
    const found = await SourceInNetwork.discover(t, "source-snmp", words, { cwd })
    expect(found).toMatchObject({ default_object_collections: ["found", "interfaces"] })
    const { code, stdout, stderr } = await MetricqProcess.run(t, ["agent", "source-snmp", "--once", "--config", "-"], {
      cwd,
      env: { METRICQ_SECRET_COMMUNITY: "switch1" },
      input: JSON.stringify(found),
    })
    expect([code, stderr]).toEqual([0, ""])
    const sent = new Map(stdout.split("\n").map((line) => line.split(" ").slice(1) as [string, string]))
    const states = await simulator.walk("switch1", `.${STATE}`)
    expect(Object.keys(states).length).toBe(80)
    for (const i of ports) {
      const isUp = states[`.${STATE}.${i}`] === "1" || states[`.${STATE}.${i}`] === "up"
      expect(sent.get(`lab.switch1.Gi1_0_${i}.up`)).toBe(isUp ? "1" : "0")
    }
    expect(sent.get("lab.switch1.uptime")).toBe("40")
  })
})
