import { Scope, SnmpDevice, snmpValue } from "@metricq/testkit"

/** Plays hosts with objects below a parent; started with their number, that of the objects, and the parent. Tells the ports; ends with the parent process. */
const [hosts = 1, objects = 1] = process.argv.slice(2).map(Number)
const parent = process.argv[4] ?? ""
const scope = new Scope()
const values = Object.fromEntries(
  Array.from({ length: objects }, (_, i) => [`${parent}.${i}`, snmpValue.gauge(1_000_000 + i)]),
)
const ports: number[] = []
for (let i = 0; i < hosts; i += 1) ports.push((await SnmpDevice.start(scope, values)).port)
process.on("disconnect", () => process.exit())
process.send?.(ports)
