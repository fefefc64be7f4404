import { existsSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { request as httpsRequest } from "node:https"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freePorts, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { makeCertificate } from "./certificate.js"
import { MetricqProcess } from "./metricq-process.js"
import { Program } from "./program.js"
import { SourceInNetwork } from "./source-in-network.js"

const built = fileURLToPath(new URL("../../node_modules/.cache/metricq-telegraf/telegraf", import.meta.url))
const telegraf = ["/usr/bin/telegraf", built].find(existsSync)
const title = "source-influx with Telegraf"

describe.skipIf(telegraf === undefined)(
  telegraf === undefined
    ? `${title} [left out: Telegraf is not installed; packages/agents/fixtures/telegraf.txt has what it writes]`
    : title,
  () => {
    test("takes what its outputs write, and gets what was written meanwhile", { timeout: 60_000 }, async (t) => {
      const [http = 0, tcp = 0, udp = 0] = await freePorts(3)
      const config = {
        http: { port: http, token: { $env: "METRICQ_SECRET_INFLUX" } },
        tcp: { port: tcp },
        udp: { port: udp },
        rules: [
          { measurement: "one_cpu", tags: { cpu: "cpu-total" }, name: "lab.{host}.cpu.{field}" },
          { measurement: "*_cpu", skip: true },
        ],
        units: { "*_mem.used_percent": "%", "*_mem.*": "B" },
        selfMetrics: { interval: 0.5 },
      }
      const env = { METRICQ_SECRET_INFLUX: "secret" }
      const memory = ["one", "two", "three", "four"].map((name) => `${name}_mem.n1.used_percent`)
      const cpu = "lab.n1.cpu.usage_idle"
      const source = await SourceInNetwork.start(t, "source-influx", config, {
        metrics: [...memory, cpu, "source-influx.http.up"],
        env,
      })
      const file = join(source.net.folder, "telegraf.conf")
      await writeFile(file, settings({ http, tcp, udp }))
      Program.start(t, telegraf ?? "", ["--config", file], { cwd: source.net.folder })
      for (const metric of memory) {
        const percent = await source.next(metric)
        expect(percent).toBeGreaterThan(0)
        expect(percent).toBeLessThan(100)
      }
      expect(await source.next(cpu)).toBeGreaterThanOrEqual(0)
      const { [memory[0] ?? ""]: metadata } = await source.metadata(memory[0] ?? "")
      expect(metadata).toMatchObject({ unit: "%", description: "used_percent of one_mem, host=n1" })

      await source.agent.stop()
      const stoppedNs = BigInt(Date.now()) * 1_000_000n
      const whileAway = async () =>
        (await source.storedPoints(memory[0] ?? "")).filter(
          ({ time }) => time > stoppedNs + 200_000_000n && time < stoppedNs + 1_800_000_000n,
        ).length
      await new Promise((resolve) => setTimeout(resolve, 2000))
      expect(await whileAway()).toBe(0)
      const words = ["agent", "source-influx", "--server", source.net.url]
      const again = MetricqProcess.start(t, words, { cwd: source.net.folder, env })
      await again.line(/^ready/)
      await expect.poll(whileAway, { timeout: 20_000 }).toBeGreaterThanOrEqual(5)
    })
  },
)

describe("source-influx over TLS", () => {
  test("takes what shows the token, from whoever trusts it", { timeout: 30_000 }, async (t) => {
    const secrets = await temporaryFolder(t, "secrets")
    const { cert } = await makeCertificate(secrets)
    const [port = 0] = await freePorts(1)
    const tls = { cert: { $file: "cert.pem" }, key: { $file: "key.pem" } }
    const config = {
      http: { address: "0.0.0.0", port, token: { $file: "token" }, tls },
      selfMetrics: { interval: 0.5 },
    }
    await writeFile(join(secrets, "token"), "secret\n")
    const source = await SourceInNetwork.start(t, "source-influx", config, {
      metrics: ["weather.mast.temperature", "source-influx.http.up"],
      args: ["--secrets-dir", secrets],
    })
    expect(await source.next("source-influx.http.up", (up) => up === 1)).toBe(1)
    const ca = await readFile(cert)
    const statusOf = (token: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = {
          ca,
          port,
          path: "/api/v2/write",
          method: "POST",
          headers: { authorization: `Token ${token}` },
        }
        const request = httpsRequest({ host: "127.0.0.1", ...options }, ({ statusCode }) => resolve(statusCode))
        request.on("error", reject).end("weather,host=mast temperature=-3.5")
      })
    expect([await statusOf("wrong"), await statusOf("secret")]).toEqual([401, 204])
    expect(await source.next("weather.mast.temperature")).toBe(-3.5)
  })
})

/** All four ways to write, each under a name of its own. */
function settings({ http, tcp, udp }: { http: number; tcp: number; udp: number }): string {
  return `
[agent]
  interval = "250ms"
  flush_interval = "500ms"
  hostname = "n1"
[[inputs.mem]]
[[inputs.cpu]]
[[outputs.influxdb]]
  name_prefix = "one_"
  urls = ["http://127.0.0.1:${http}"]
  username = "any"
  password = "secret"
[[outputs.influxdb_v2]]
  name_prefix = "two_"
  urls = ["http://127.0.0.1:${http}"]
  token = "secret"
  organization = "any"
  bucket = "any"
[[outputs.socket_writer]]
  name_prefix = "three_"
  address = "tcp://127.0.0.1:${tcp}"
  data_format = "influx"
[[outputs.socket_writer]]
  name_prefix = "four_"
  address = "udp://127.0.0.1:${udp}"
  data_format = "influx"
`
}
