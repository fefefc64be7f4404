import { expect, test } from "vitest"
import { ToolArguments } from "./tool-parameters.js"

test("parameters go over the original's, in its form", () => {
  const { sensors, common } = new ToolArguments({
    "--driver-type": "LAN_2_0",
    "-l": "USER",
    "--session-timeout": 2000,
    "-b": null,
  })
  expect(sensors).toEqual([
    "--no-header-output",
    "--session-timeout=2000",
    "--retransmission-timeout=650",
    "-Q",
    "--driver-type=LAN_2_0",
    "-l",
    "USER",
    "-b",
  ])
  expect(common).toEqual([
    "--session-timeout=2000",
    "--retransmission-timeout=650",
    "--driver-type=LAN_2_0",
    "-l",
    "USER",
  ])
})

test.each([
  "-h",
  "-u",
  "-p",
  "-P",
  "-K",
  "--password",
  "--pass",
  "--username",
  "--host",
  "--k-g-prompt",
  "--config",
  "-Qp",
  "-psecret",
  "-",
  "--",
  "x",
  "--password=secret",
  "-l USER",
])("%s is refused", (name) => {
  expect(() => new ToolArguments({ [name]: "secret" })).toThrow(/ipmi_sensors_params\["/)
  expect(() => new ToolArguments({ [name]: "secret" })).not.toThrow("secret")
})

test("a key goes into the file of credentials", () => {
  for (const name of ["-k", "--k-g"]) {
    const { sensors, key } = new ToolArguments({ [name]: "0xabcd" })
    expect(key).toBe("0xabcd")
    expect(sensors.join(" ")).not.toContain("abcd")
  }
})

test("paths need permission, however short they are written", () => {
  const words = ({ restricted }: ToolArguments) => restricted
  expect(words(new ToolArguments({ "--sdr-cache-directory": "/var/cache/bmc" }))).toEqual([])
  expect(words(new ToolArguments({ "--sdr-cache-file": "/x" }))).toEqual(["ipmi-sensors --sdr-cache-file=/x"])
  expect(words(new ToolArguments({ "--sdr-cache-f": "/x" }))).toEqual(["ipmi-sensors --sdr-cache-f=/x"])
  const { configFile, sensors, restricted } = new ToolArguments({ "--config-file": "/etc/bmc.conf" })
  expect(configFile).toBe("/etc/bmc.conf")
  expect(sensors.join(" ")).not.toContain("bmc.conf")
  expect(restricted).toEqual(["ipmi-sensors --config-file=/etc/bmc.conf"])
})

test("columns that parameters add or take away are known", () => {
  expect(new ToolArguments({}).layout).toEqual({ hasType: true, hasState: false, hasThresholds: false })
  const more = { "--output-sensor-state": null, "--output-sensor-thresholds": null, "--no-sensor-type-output": null }
  expect(new ToolArguments(more).layout).toEqual({ hasType: false, hasState: true, hasThresholds: true })
})
