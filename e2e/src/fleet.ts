import { type AgentKind, createAgent, findKind } from "@metricq/agents"
import { type JsonObject, Timestamp } from "@metricq/client"
import { onTestEnd, TestCombinator, type TestScope } from "@metricq/testkit"
import { rehearse } from "../../packages/agents/dist/kit/rehearse.js"
import { SysinfoSource, sysinfo } from "../../packages/agents/dist/source-sysinfo/agent.js"
import { LivingMachine } from "./living-machine.js"
import type { PageNetwork } from "./page-network.js"
import { PowerStrip } from "./power-strip.js"

const RACKS = 4
const OUTLETS = 8
/** The outlet, from 0 on, whose sensor tells no number, by rack. */
const BROKEN: readonly (number | undefined)[] = [undefined, undefined, undefined, OUTLETS - 1]
const FAST_HZ = 1000
const COOLING = "hall.cooling.power"
const HOUR_MS = 3_600_000
const WATTS = { unit: "W", quantity: "power" }

/** Machines that were recorded and go on: six servers in a hall, four boards on the roof. */
const MACHINES = [
  ...Array.from({ length: 6 }, (_, i) => ({ recorded: "server", name: `filer${i + 1}`, prefix: `hall.filer${i + 1}` })),
  ...Array.from({ length: 4 }, (_, i) => ({ recorded: "pi", name: `board${i + 1}`, prefix: `roof.board${i + 1}` })),
]

/**
 * Starts a fleet of a thousand metrics in a network; it ends with the test.
 *
 * Its agents run in this process: source-sysinfo on ten recorded machines that go on, source-http on the power strips of four racks, a
 * combinator that adds them up, a cooler with an hour behind it, and a source of a thousand points a second. A sensor of rack 4 is broken.
 * It costs about a tenth of a CPU, and as much in the network's process.
 */
export async function startFleet(t: TestScope, net: PageNetwork): Promise<void> {
  const strips = await Promise.all(Array.from({ length: RACKS }, (_, i) => PowerStrip.start(t, OUTLETS, BROKEN[i])))
  await Promise.all([
    startStrips(net, strips),
    startCooling(t, net),
    startFast(t, net),
    ...MACHINES.map((machine, i) => startMachine(net, machine, i)),
  ])
  await net.configure("transformer-hall", { metrics: hallFormulas() })
  await net.connect(new TestCombinator(net.clientOptions("transformer-hall")))
}

async function startMachine(
  net: PageNetwork,
  { recorded, name, prefix }: (typeof MACHINES)[number],
  phase: number,
): Promise<void> {
  const files = new LivingMachine(recorded, phase)
  const kind: typeof sysinfo = {
    ...sysinfo,
    create: (options) => new SysinfoSource(options, files),
    rehearse: (config) => rehearse(kind, config),
  }
  await startAgent(net, kind as AgentKind, `source-sysinfo-${name}`, { rate: 0.5, prefix })
}

async function startStrips(net: PageNetwork, strips: readonly PowerStrip[]): Promise<void> {
  const json = (path: string, json_path: string) => ({ path, plugin: "json", plugin_params: { json_path } })
  const outlets = Array.from({ length: OUTLETS }, (_, i) => [
    `outlet${i + 1}.power`,
    { ...json("/outlets", `$.watts[${i}]`), unit: "W", description: `power of outlet ${i + 1}` },
  ])
  const metrics = {
    power: { ...json("/outlets", "$.total"), unit: "W", description: "power of the rack" },
    "inlet.temperature": { ...json("/inlet", "$.celsius"), unit: "°C", description: "air at the inlet of the rack" },
    ...Object.fromEntries(outlets),
  }
  const hosts = strips.map(({ address }, i) => ({
    hosts: address,
    names: `hall.rack${i + 1}`,
    insecure: true,
    metrics,
  }))
  await startAgent(net, await findKind("source-http"), "source-http-racks", { interval: "1s", onFailure: "nan", hosts })
}

async function startAgent(net: PageNetwork, kind: AgentKind, token: string, config: JsonObject): Promise<void> {
  await net.configure(token, config)
  await net.connect(createAgent(kind, net.clientOptions(token)))
}

/** What the racks need together, and how much more the hall needs than they do. */
function hallFormulas(): JsonObject {
  const inputs = Array.from({ length: RACKS }, (_, i) => `hall.rack${i + 1}.power`)
  const all = { operation: "+", left: "hall.it.power", right: COOLING }
  return {
    "hall.it.power": {
      expression: { operation: "sum", inputs },
      metadata: { ...WATTS, rate: RACKS, description: "power of all racks" },
    },
    "hall.pue": {
      expression: { operation: "/", left: all, right: "hall.it.power" },
      metadata: { unit: "1", rate: RACKS + 1, description: "power usage effectiveness" },
    },
  }
}

async function startCooling(t: TestScope, net: PageNetwork): Promise<void> {
  const metrics = { [COOLING]: { ...WATTS, rate: 1, description: "power of the cooling" } }
  const source = await net.source("source-cooling", { metrics })
  const watts = (ms: number) => Math.round(1500 + 300 * Math.sin(ms / 400_000) + 40 * Math.sin(ms / 9000))
  const beginMs = Date.now() - HOUR_MS
  const hour = Array.from({ length: HOUR_MS / 1000 }, (_, i) => beginMs + 1000 * i)
  await source.sendChunk(COOLING, {
    times: BigInt64Array.from(hour, (ms) => timeOf(ms).posixNs),
    values: Float64Array.from(hour, watts),
  })
  every(t, 1000, (nowMs) => source.send(COOLING, timeOf(nowMs), watts(nowMs)))
}

/** A voltage that is sampled a thousand times a second. */
async function startFast(t: TestScope, net: PageNetwork): Promise<void> {
  const name = "lab.daq.voltage"
  const metrics = { [name]: { unit: "V", quantity: "voltage", rate: FAST_HZ, description: "mains, one phase" } }
  const source = await net.source("source-daq", { metrics, chunkSize: FAST_HZ / 20 })
  let nextMs = Date.now()
  every(t, 50, (nowMs) => {
    for (; nextMs < nowMs; nextMs += 1000 / FAST_HZ) {
      void source.send(name, timeOf(nextMs), 325 * Math.sin((2 * Math.PI * nextMs) / 999) + Math.random())
    }
  })
}

const timeOf = (ms: number) => Timestamp.fromNs(BigInt(ms) * 1_000_000n)

function every(t: TestScope, periodMs: number, act: (nowMs: number) => unknown): void {
  const timer = setInterval(() => act(Date.now()), periodMs)
  onTestEnd(t, () => clearInterval(timer))
}
