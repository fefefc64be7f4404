import { checkConfig } from "@metricq/client"
import { expect, test } from "vitest"
import { answerJson, HttpDevice } from "../testing/http-device.js"
import { http } from "./agent.js"
import { redfishDiscovery } from "./redfish-discovery.js"

const documents: Record<string, object> = {
  "/redfish/v1/Chassis": { Members: [{ "@odata.id": "/redfish/v1/Chassis/1" }] },
  "/redfish/v1/Chassis/1/Power": {
    PowerControl: [{ Name: "System Power", PowerConsumedWatts: 187 }],
    Voltages: [
      { Name: "P12V", ReadingVolts: 12.1 },
      { Name: "P12V", ReadingVolts: 12 },
      { Name: "dead", ReadingVolts: null },
    ],
  },
  "/redfish/v1/Chassis/1/Thermal": { Temperatures: [{ Name: "Inlet Temp", ReadingCelsius: 21 }] },
}

test("the sensors of a Redfish service become a configuration that passes", async (t) => {
  const device = await HttpDevice.start(t, (request, response) => {
    const document = documents[request.url ?? ""]
    if (document === undefined) response.writeHead(404).end()
    else answerJson(response, document)
  })
  const lines: string[] = []
  const options = { host: device.address, name: "lab.node1", insecure: "true" }
  const config = await redfishDiscovery.run(options, {
    signal: AbortSignal.timeout(10_000),
    progress: (line) => lines.push(line),
  })
  expect(checkConfig(http, config).warnings).toEqual([])
  const [group] = (config as { hosts: { names: string; metrics: Record<string, unknown> }[] }).hosts
  expect(group?.names).toBe("lab.node1")
  expect(Object.keys(group?.metrics ?? {})).toEqual([
    "power",
    "voltage.p12v",
    "voltage.p12v_2",
    "temperature.inlet_temp",
  ])
  expect(group?.metrics["voltage.p12v_2"]).toMatchObject({
    plugin_params: { json_path: "$.Voltages[1].ReadingVolts" },
    unit: "V",
  })
  expect(lines.at(-1)).toBe(`4 sensors found at ${device.address}`)
})
