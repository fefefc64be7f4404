import { checkConfig } from "@metricq/client"
import { expect, test } from "vitest"
import { ipmi } from "./agent.js"

const group = {
  hosts: "bmc[01-02]",
  names: ["node1", "node2"],
  username: "mon",
  password: "secret",
  sensors: { power: { name: "Sys Power", unit: "W" } },
}
const withSensor = (sensor: object) => ({ ipmi_hosts: [{ ...group, sensors: { x: sensor } }] })

test("a document of the original passes as it is, with its defaults", () => {
  const document = {
    _id: "source-ipmi",
    interval: 10,
    log_interval: 60,
    ipmi_sensors_cmd: "ipmi-sensors",
    ipmi_sensors_params: { "--driver-type": "LAN_2_0", "-l": "USER", "-Q": null, "--session-timeout": 950 },
    ipmi_hosts: [{ ...group, interval: 5, disable_record_ids: true }],
  }
  const { config, warnings } = checkConfig(ipmi, document)
  expect(warnings).toEqual([])
  expect(config.ipmi_hosts[0]).toMatchObject({ disable_record_ids: true, sensors: { power: { offset: 0, unit: "W" } } })
  const { config: least } = checkConfig(ipmi, { ipmi_hosts: [group] })
  expect(least).toMatchObject({ interval: 1, log_interval: 30, ipmi_sensors_cmd: "ipmi-sensors" })
})

test.each([
  [{}, 'one of "name", "dcmi", "raw"'],
  [{ name: "a", dcmi: "power" }, 'one of "name", "dcmi", "raw"'],
  [{ name: ["a", "b"] }, "one name, as there is no plugin"],
  [{ dcmi: "power", plugin: "power_supply" }, '"name" for the plugin'],
  [{ raw: "0x06 0x01" }, '"raw" and "bytes" together'],
  [{ raw: "0x06; reboot", bytes: "u8@0" }, "bytes such as"],
  [{ raw: "6 1", bytes: "u16@0" }, "a field such as"],
])("a sensor %j is refused: expected %s", (sensor, problem) => {
  expect(() => checkConfig(ipmi, withSensor(sensor))).toThrow(problem)
})
