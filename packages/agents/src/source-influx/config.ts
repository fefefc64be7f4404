import { isIP } from "node:net"
import { z } from "zod"
import { secret } from "../kit/fields/secret.js"
import { tlsOptions } from "../kit/fields/tls.js"
import { arrivingKeys, pushKeys, template } from "../kit/push/push-config.js"
import { isNetwork } from "./allow-list.js"
import { precisionName } from "./precision.js"

const where = {
  address: z.string().min(1).default("127.0.0.1").describe("address to listen at; 0.0.0.0 and :: are all"),
  allow: z
    .array(z.string().refine(isNetwork, { error: 'an address or a network such as "10.1.0.0/16"' }))
    .optional()
    .describe("who may send: addresses and networks; default: everyone who can connect"),
}

const lines = {
  ...where,
  precision: precisionName.default("ns").describe("unit of the times in lines"),
}

const http = z
  .looseObject({
    ...where,
    port: z.int().min(0).max(65_535).default(8086),
    token: secret.optional().describe("what senders must know: token, or password of any user"),
    tls: tlsOptions.optional().describe("cert and key for https"),
    max_body: z.int().min(1).default(25_000_000).describe("bytes of a request, uncompressed"),
    max_connections: z.int().min(1).max(10_000).default(100),
  })
  .refine(({ address, token }) => isLoopback(address) || token !== undefined, {
    error: "a token, as it listens beyond this machine",
    path: ["token"],
  })

const tcp = z
  .looseObject({
    ...lines,
    port: z.int().min(0).max(65_535).default(8094),
    max_connections: z.int().min(1).max(10_000).default(100),
  })
  .refine(isGuarded, { error: "the networks that may send, as it listens beyond this machine", path: ["allow"] })

const udp = z
  .looseObject({ ...lines, port: z.int().min(0).max(65_535).default(8089) })
  .refine(isGuarded, { error: "the networks that may send, as it listens beyond this machine", path: ["allow"] })

const rule = z.looseObject({
  measurement: z.string().min(1).optional().describe("which measurements; * stands for anything"),
  tags: z.record(z.string(), z.string()).optional().describe('which tags, such as {"cpu": "cpu-total"}; "" is none'),
  fields: z.array(z.string().min(1)).optional().describe('which fields, such as ["usage_*"]; default: all'),
  skip: z.boolean().optional().describe("true: they are not taken"),
  name: template.optional().describe("default: that of the source"),
  scale: z.number().optional().describe("the value is multiplied by it; default 1"),
  offset: z.number().optional().describe("added after that; default 0"),
  ...arrivingKeys,
})

/** What a configuration of source-influx may hold. */
export const influxSchema = z
  .looseObject({
    http: http.optional().describe("listen to HTTP, as Influx 1 and 2 do"),
    tcp: tcp.optional().describe("listen to lines over TCP"),
    udp: udp.optional().describe("listen to lines in datagrams"),
    name: template
      .default("{measurement}.{host}.{tags}.{field}")
      .describe("names of metrics, from measurement, field, tags by name, and all other tags"),
    rules: z.array(rule).max(1000).default([]).describe("what is different for some; the first that fits counts"),
    others: z.enum(["take", "skip"]).default("take").describe("what no rule fits"),
    units: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('units by measurement and field, such as {"cpu.usage_*": "%"}'),
    max_line: z
      .int()
      .min(100)
      .max(16 * 1024 * 1024)
      .default(64 * 1024)
      .describe("bytes of a line"),
    ...pushKeys,
  })
  .refine(({ http, tcp, udp }) => http !== undefined || tcp !== undefined || udp !== undefined, {
    error: "http, tcp or udp",
  })

export type InfluxConfig = z.infer<typeof influxSchema>
export type HttpConfig = z.infer<typeof http>
export type TcpConfig = z.infer<typeof tcp>
export type UdpConfig = z.infer<typeof udp>
export type RuleConfig = z.infer<typeof rule>

function isGuarded({ address, allow }: { address: string; allow?: readonly string[] | undefined }): boolean {
  return isLoopback(address) || (allow !== undefined && allow.length > 0)
}

function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."))
}
