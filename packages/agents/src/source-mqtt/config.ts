import { z } from "zod"
import { duration } from "../kit/fields/duration.js"
import { secret } from "../kit/fields/secret.js"
import { tlsOptions } from "../kit/fields/tls.js"
import { arrivingKeys, pushKeys, template } from "../kit/push/push-config.js"
import { NameTemplate } from "../kit/values/name-template.js"
import { textValueKeys } from "../kit/values/text-value.js"
import { timestampConfig } from "./message-time.js"
import { isTopicFilter } from "./topic-filter.js"
import { isTopicVariable } from "./topic-variables.js"

const SCHEMES = ["mqtt:", "mqtts:", "ws:", "wss:"]

const value = z.looseObject({
  name: template.optional().describe("default: that of the subscription"),
  ...textValueKeys,
  ...arrivingKeys,
})

const subscription = z
  .looseObject({
    topic: z
      .string()
      .refine(isTopicFilter, { error: 'a topic filter such as "lab/+/power" or "lab/#"' })
      .describe("topic filter: + is any one level, # all further ones"),
    name: template.optional().describe('name of the metric, such as "lab.{topic[1]}.power"'),
    values: z
      .union([z.literal("all"), z.record(z.string().min(1), value)])
      .optional()
      .describe("several values of a payload by what {value} stands for, or all numbers of a JSON payload"),
    variables: z
      .record(z.string().regex(/^\w+$/), textValueKeys.json.unwrap())
      .optional()
      .describe('texts from a JSON payload for the templates, such as {"id": "$.id"}'),
    timestamp: timestampConfig.optional().describe("where the time stands; default: the time of arrival"),
    retained: z
      .enum(["once", "accept", "ignore"])
      .default("once")
      .describe("messages the broker has kept: only for metrics without a value yet, always, never"),
    qos: z
      .union([z.literal(0), z.literal(1), z.literal(2)])
      .optional()
      .describe("default: that of the broker"),
    ...textValueKeys,
    ...arrivingKeys,
  })
  .superRefine((config, context) => {
    for (const problem of nameProblems(config))
      context.addIssue({ code: "custom", path: [problem.key], message: problem.expected })
  })

const broker = z.looseObject({
  url: z
    .string()
    .refine(isBrokerUrl, {
      error: "an address such as mqtt://host:1883, mqtts:, ws: or wss:, without user and password",
    })
    .describe("where the broker is"),
  user: z.string().optional(),
  password: secret.optional(),
  client_id: z.string().min(1).max(200).optional().describe("default: metricq, the token and the name of the broker"),
  session: z
    .enum(["clean", "persistent"])
    .default("clean")
    .describe("persistent: the broker keeps messages while the agent is away (qos 1 and 2)"),
  version: z
    .union([z.literal(3), z.literal(4), z.literal(5)])
    .default(4)
    .describe("of the protocol: 3.1, 3.1.1, 5"),
  qos: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .default(1)
    .describe("of the subscriptions"),
  keepalive: duration.default("30s").describe("a broker that is silent for longer is taken for gone"),
  connect_timeout: duration.default("10s").describe("longest time for connecting"),
  max_payload: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .default(1024 * 1024)
    .describe("bytes of a message; a larger one ends the connection"),
  tls: tlsOptions.optional().describe("for mqtts: and wss:"),
  subscriptions: z.array(subscription).min(1).max(1000).describe("what is subscribed to, and what becomes of it"),
})

/** What a configuration of source-mqtt may hold. */
export const mqttSchema = z.looseObject({
  brokers: z.record(z.string().min(1).max(100), broker).describe("the brokers, by names of your choice"),
  ...pushKeys,
})

export type MqttConfig = z.infer<typeof mqttSchema>
export type BrokerConfig = z.infer<typeof broker>
export type SubscriptionConfig = z.infer<typeof subscription>
export type ValueConfig = z.infer<typeof value>

/** What the names of a subscription lack. */
function nameProblems({
  name,
  values,
  variables = {},
}: Pick<SubscriptionConfig, "name" | "values" | "variables">): { key: string; expected: string }[] {
  const names = typeof values === "object" ? Object.values(values).map((each) => each.name ?? name) : [name]
  const known = (variable: string) =>
    isTopicVariable(variable) || variable in variables || (variable === "value" && values !== undefined)
  const templates = names.flatMap((text) => (text === undefined ? [] : [new NameTemplate(text)]))
  const unknown = templates.flatMap((each) => each.variables).find((variable) => !known(variable))
  const needsValue =
    values !== undefined &&
    (values === "all" || Object.values(values).filter((each) => each.name === undefined).length > 1)
  return [
    ...(names.includes(undefined) ? [{ key: "name", expected: "a name, or one for each of the values" }] : []),
    ...(unknown === undefined ? [] : [{ key: "name", expected: `a name without {${unknown}}, which is not known` }]),
    ...(needsValue && name !== undefined && !new NameTemplate(name).variables.includes("value")
      ? [{ key: "name", expected: "a name with {value}, as there are several" }]
      : []),
  ]
}

function isBrokerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && SCHEMES.includes(url.protocol) && url.hostname !== "" && !url.username && !url.password
}
