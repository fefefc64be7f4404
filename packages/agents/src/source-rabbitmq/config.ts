import { z } from "zod"
import { duration } from "../kit/fields/duration.js"
import { secret } from "../kit/fields/secret.js"
import { pollingKeys } from "../kit/polling/polling-config.js"

const stats = z.array(z.string().min(1))

const vhost = z.looseObject({
  name: z.string().min(1).describe("what the vhost is called in the names of metrics"),
  vhost: z.string().min(1).describe("the vhost"),
  exchanges: z
    .record(
      z.string(),
      z.looseObject({ rates: stats.optional().describe('keys of message_stats, such as "publish_in"') }),
    )
    .optional(),
  queues: z
    .record(
      z.string(),
      z.looseObject({
        rates: stats.optional().describe('keys of message_stats, such as "deliver", "ack"'),
        counts: stats.optional().describe('keys of the queue, such as "messages", "consumers"'),
        memory: stats.optional().describe('keys of the queue in bytes, such as "memory", "message_bytes"'),
      }),
    )
    .optional(),
})

/** What a configuration of source-rabbitmq may hold. */
export const rabbitmqSchema = z.looseObject({
  host: z
    .url({ protocol: /^https?$/, error: 'an address such as "http://127.0.0.1:15672"' })
    .describe("the management API"),
  interval: duration.default(1).describe("time between two requests"),
  username: z.string().optional().describe("user of the management API"),
  password: secret.optional().describe("its password"),
  verify_ssl: z.boolean().default(true).describe("check certificates"),
  prefix: z.string().default("").describe("first part of all metric names"),
  vhosts: z.array(vhost).default([]).describe("exchanges and queues, by vhost"),
  nodes: stats.default([]).describe('keys of each node, such as "mem_used", "fd_used", "disk_free"'),
  overview: stats
    .default([])
    .describe('totals of the cluster: "connections", "channels", "consumers", "queues", "exchanges", "messages"'),
  timeout: duration.default("10s").describe("longest time for the requests of a round"),
  ...pollingKeys,
})

export type RabbitmqConfig = z.infer<typeof rabbitmqSchema>
export type VhostConfig = z.infer<typeof vhost>
