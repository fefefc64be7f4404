import { checkConfig } from "@metricq/client"
import { SnmpDevice, snmpValue, type TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import { snmp } from "./agent.js"
import { snmpDiscovery } from "./discovery.js"
import { findTables } from "./found-tables.js"

test("tables show by columns that have the same rows", () => {
  const entry = "1.3.6.1.4.1.99999.2.1"
  const cells = [1, 2, 3].flatMap((column) => ["7", "9"].map((index) => `${entry}.${column}.${index}`))
  const others = ["1.3.6.1.4.1.99999.1.5", "1.3.6.1.4.1.99999.1.1.4", "1.3.6.1.4.1.99999.1.2.1"]
  expect(findTables([...others, ...cells])).toEqual([{ entry, columns: [`${entry}.1`, `${entry}.2`, `${entry}.3`] }])
  expect(findTables(others)).toEqual([])
  expect(findTables([])).toEqual([])
})

const IFX = "1.3.6.1.2.1.31.1.1.1"
const VENDOR = "1.3.6.1.4.1.99999"
const values = {
  "1.3.6.1.2.1.1.3.0": snmpValue.ticks(100),
  "1.3.6.1.2.1.1.5.0": snmpValue.text("pdu1"),
  "1.3.6.1.2.1.4.3.0": snmpValue.counter32(5),
  "1.3.6.1.2.1.2.2.1.2.1": snmpValue.text("eth0"),
  "1.3.6.1.2.1.2.2.1.8.1": snmpValue.integer(1),
  "1.3.6.1.2.1.2.2.1.10.1": snmpValue.counter32(1),
  [`${IFX}.1.1`]: snmpValue.text("eth0"),
  [`${IFX}.6.1`]: snmpValue.counter64(1n),
  [`${VENDOR}.1.1.0`]: snmpValue.gauge(230),
  [`${VENDOR}.1.2.0`]: snmpValue.counter32(7),
  [`${VENDOR}.1.3.0`]: snmpValue.text("PDU"),
  [`${VENDOR}.2.1.1.1`]: snmpValue.text("outlet A"),
  [`${VENDOR}.2.1.1.2`]: snmpValue.text("outlet B"),
  [`${VENDOR}.2.1.2.1`]: snmpValue.gauge(10),
  [`${VENDOR}.2.1.2.2`]: snmpValue.gauge(20),
}

for (const version of ["2c", "1"]) {
  test(`what a host has becomes a configuration that passes, in version ${version}`, (t) => discover(t, version))
}

async function discover(t: TestScope, version: string): Promise<void> {
  const device = await SnmpDevice.start(t, values)
  device.community = "closed"
  const lines: string[] = []
  const options = { host: device.address, community: "closed", name: "pdu1", prefix: "lab", version }
  const context = { signal: AbortSignal.timeout(10_000), progress: (line: string) => lines.push(line) }
  const config = await snmpDiscovery.run(options, context)
  expect(checkConfig(snmp, config).warnings).toEqual([])
  expect(JSON.stringify([config, lines])).not.toContain("closed")
  expect(config).toMatchObject({
    default_community: { $env: "METRICQ_SECRET_COMMUNITY" },
    default_object_collections: ["found", "interfaces", "table_1_3_6_1_4_1_99999_2_1"],
    snmp_object_collections: {
      found: {
        ".1.3.6.1.2.1.1.3.0": { suffix: "uptime", unit: "s" },
        [`.${VENDOR}.1.1.0`]: { suffix: "oid_1_3_6_1_4_1_99999_1_1_0" },
        [`.${VENDOR}.1.2.0`]: { rate: true },
      },
    },
    snmp_tables: {
      interfaces: { name: `.${IFX}.1`, columns: { [`.${IFX}.6`]: { suffix: "{name}.received", rate: true } } },
      table_1_3_6_1_4_1_99999_2_1: {
        name: `.${VENDOR}.2.1.1`,
        columns: { [`.${VENDOR}.2.1.2`]: { suffix: "oid_1_3_6_1_4_1_99999_2_1.c2.{name}" } },
      },
    },
    hosts: { [device.address]: { infix: "pdu1" } },
  })
  const { found } = config.snmp_object_collections as { found: object }
  expect(Object.keys(found)).not.toContain(".1.3.6.1.2.1.4.3.0")
  expect(lines).toContain("3 objects and 2 tables found")
  expect(lines.at(-1)).toContain("1 numbers are left out")
}
