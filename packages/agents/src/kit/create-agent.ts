import {
  type ClientOptions,
  type ConfigDescription,
  type ConfigPreview,
  checkConfig,
  consoleLogger,
  FailureLog,
  IntervalSource,
  type JsonObject,
  type Logger,
} from "@metricq/client"
import { configJsonSchema } from "./json-schema.js"
import type { AgentKind, ConfiguredClient } from "./kind.js"

/**
 * An agent of a kind, to be `run()` or connected.
 *
 * Every configuration is checked against the schema before the agent sees it: one that is wrong is answered with an error that
 * names the path, and the agent goes on with the one it has. Unknown keys are logged as warnings. An interval source whose
 * `update` fails goes on with the next round; failures are counted, and logged at most once a minute. It answers the RPC `schema`, and
 * `preview` where its kind can tell what a configuration would declare.
 */
export function createAgent<Config>(kind: AgentKind<Config>, options: ClientOptions): ConfiguredClient<Config> {
  const logger = options.logger ?? consoleLogger("warn")
  const agent = kind.create({ ...options, logger })
  checkEachConfig(kind, agent, logger)
  agent.configSchema = () => describeKind(kind)
  if (kind.declared ?? kind.rehearse) agent.previewConfig = (document) => preview(kind, document)
  if (agent instanceof IntervalSource) keepUpdating(agent, logger)
  return agent
}

function checkEachConfig<Config>(kind: AgentKind<Config>, agent: ConfiguredClient<Config>, logger: Logger): void {
  const apply = agent.onConfig.bind(agent)
  agent.onConfig = async (document) => {
    const { config, warnings } = checkConfig(kind, document)
    for (const warning of warnings) logger.warn(`configuration of ${agent.token}: ${warning}`)
    agent.config = config
    await apply(config)
  }
}

async function describeKind<Config>(kind: AgentKind<Config>): Promise<ConfigDescription> {
  return { kind: kind.name, title: kind.summary, schema: await configJsonSchema(kind), sample: kind.sample() }
}

async function preview<Config>(kind: AgentKind<Config>, document: JsonObject): Promise<ConfigPreview> {
  const { config } = checkConfig(kind, document)
  return { metrics: kind.declared?.(config) ?? (await kind.rehearse?.(config)) ?? {} }
}

function keepUpdating(agent: IntervalSource<unknown>, logger: Logger): void {
  const update = agent.update.bind(agent)
  const failures = new FailureLog(logger)
  agent.update = async (time, signal) => {
    try {
      await update(time, signal)
    } catch (error) {
      failures.add(`update of ${agent.token}`, error)
    }
  }
}
