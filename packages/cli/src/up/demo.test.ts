import { expect, test } from "vitest"
import { demoAgent, demoDatabase, metricComponent } from "./demo.js"

test("a host name becomes one component of a metric name", () => {
  const cases: [string, string][] = [
    ["node17", "node17"],
    ["node17.cluster.example.org", "node17"],
    ["my-laptop", "my_laptop"],
    ["7of9", "host_7of9"],
    ["x", "host_x"],
    ["", "host_"],
    ["größe", "gr__e"],
  ]
  for (const [host, component] of cases) expect(metricComponent(host)).toBe(component)
})

test("the demonstration measures this machine once a second below its name, in a first configuration", () => {
  expect(demoAgent("vm.local")).toEqual({
    token: "source-sysinfo",
    kind: "source-sysinfo",
    config: { rate: 1, prefix: "vm" },
    initialOnly: true,
  })
})

test("the database stores everything, and measures itself below the name of this machine", () => {
  expect(demoDatabase("vm.local")).toEqual({
    token: "db-timeline",
    config: { patterns: ["**"], stats: { prefix: "vm.db.", rate: 0.1 } },
  })
})
