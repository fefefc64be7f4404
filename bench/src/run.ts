/**
 * Runs the benches named on the command line, or all of them: `npm run bench -- codec`.
 *
 * A bench is a module beside this one that exports `run(): Promise<void>`; add its name here.
 */
const benches: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  "agents-bacnet": () => import("./agents-bacnet.js"),
  "agents-ipmi": () => import("./agents-ipmi.js"),
  "agents-modbus": () => import("./agents-modbus.js"),
  "agents-snmp": () => import("./agents-snmp.js"),
  "block-codec": () => import("./block-codec.js"),
  broker: () => import("./broker.js"),
  chart: () => import("./chart.js"),
  clock: () => import("./clock.js"),
  codec: () => import("./codec.js"),
  database: () => import("./database.js"),
  interval: () => import("./interval.js"),
  latency: () => import("./latency.js"),
  manager: () => import("./manager.js"),
  "metrics-page": () => import("./metrics-page.js"),
  timeline: () => import("./timeline.js"),
  throughput: () => import("./throughput.js"),
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches)
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are: ${Object.keys(benches).join(", ")}`)
  process.exitCode = 1
} else {
  for (const name of wanted) {
    console.log(`\n## ${name}\n`)
    const bench = await benches[name]!()
    await bench.run()
  }
}
