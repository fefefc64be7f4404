import { type ClientOptions, IntervalSource, silentLogger, Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { z } from "zod"
import { createAgent } from "./create-agent.js"
import type { AgentKind } from "./kind.js"

const schema = z.looseObject({ rate: z.number().gt(0).default(1), name: z.string() })
type Config = z.infer<typeof schema>

class LampSource extends IntervalSource<Config> {
  readonly applied: Config[] = []
  updates = 0

  override async onConfig(config: Config): Promise<void> {
    expect(this.config).toBe(config)
    this.applied.push(config)
  }

  override async update(_time: Timestamp, _signal: AbortSignal): Promise<void> {
    this.updates += 1
    if (this.updates % 2 === 1) throw new Error("lamp is off")
  }
}

const kind: AgentKind<Config> = {
  name: "source-lamp",
  summary: "a lamp",
  schema,
  create: (options: ClientOptions) => new LampSource(options),
  sample: () => ({ name: "lamp" }),
}

function lamp() {
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (line: string) => warnings.push(line) }
  const agent = createAgent(kind, { token: "source-lamp-1", url: "amqp://127.0.0.1/", logger }) as LampSource
  /** As the client does it when a configuration arrives. */
  const configure = async (document: unknown) => {
    agent.config = document as Config
    await agent.onConfig(document as Config)
  }
  return { agent, configure, warnings }
}

test("the agent is given what the schema made of the document; unknown keys are warned about", async () => {
  const { agent, configure, warnings } = lamp()
  await configure({ name: "a", naem: "b", _id: "source-lamp-1" })
  expect(agent.applied).toEqual([{ name: "a", naem: "b", _id: "source-lamp-1", rate: 1 }])
  expect(warnings).toEqual(['configuration of source-lamp-1: naem: unknown key, did you mean "name"?'])
})

test("a wrong document is refused with its path, and the agent never sees it", async () => {
  const { agent, configure } = lamp()
  await configure({ name: "a" })
  await expect(configure({ name: "b", rate: "fast" })).rejects.toThrow('rate: expected a number > 0, got "fast"')
  await expect(configure([])).rejects.toThrow("configuration: expected an object, got an array")
  expect(agent.applied).toHaveLength(1)
})

test("an update that fails is logged, and the next one follows", async () => {
  const { agent, warnings } = lamp()
  const signal = new AbortController().signal
  for (let i = 0; i < 6; i += 1) await agent.update(Timestamp.now(), signal)
  expect(agent.updates).toBe(6)
  expect(warnings).toEqual(["update of source-lamp-1: lamp is off"])
})
