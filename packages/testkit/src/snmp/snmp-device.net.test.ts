import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { SnmpDevice } from "./snmp-device.js"
import { snmpValue } from "./snmp-value.js"

const hasTools = existsSync("/usr/bin/snmpget")
const title = "the SNMP device of tests"

describe.skipIf(!hasTools)(hasTools ? title : `${title} [left out: snmpget is not installed]`, () => {
  test("is one for Net-SNMP, too", async (t) => {
    const device = await SnmpDevice.start(t, {
      "1.3.6.1.4.1.99999.1.1": snmpValue.gauge(4_000_000_000),
      "1.3.6.1.4.1.99999.1.2": snmpValue.integer(-129),
      "1.3.6.1.4.1.99999.1.300": snmpValue.counter64(2n ** 63n + 5n),
      "1.3.6.1.4.1.99999.1.400": snmpValue.text("a".repeat(300)),
      "1.3.6.1.4.1.99999.2.1": snmpValue.float(0.5),
    })
    const run = async (tool: string, ...oids: string[]) => {
      const words = ["-v2c", "-c", "public", "-On", "-Oq", device.address, ...oids]
      return (await promisify(execFile)(`/usr/bin/${tool}`, words)).stdout.trim().split("\n")
    }
    const at = ".1.3.6.1.4.1.99999"
    expect(await run("snmpget", `${at}.1.1`, `${at}.1.2`, `${at}.9`)).toEqual([
      `${at}.1.1 4000000000`,
      `${at}.1.2 -129`,
      `${at}.9 No Such Instance currently exists at this OID`,
    ])
    expect(await run("snmpbulkwalk", `${at}.1`)).toEqual([
      `${at}.1.1 4000000000`,
      `${at}.1.2 -129`,
      `${at}.1.300 9223372036854775813`,
      `${at}.1.400 "${"a".repeat(300)}"`,
    ])
    expect(await run("snmpgetnext", `${at}.1.400`)).toEqual([`${at}.2.1 0.500000`])
  })
})
