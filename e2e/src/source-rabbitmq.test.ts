import { availableKinds, onTestEnd, RabbitmqNode } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { SourceInNetwork } from "./source-in-network.js"

const title = "source-rabbitmq"
const isThere = availableKinds().includes("rabbitmq")

describe.skipIf(!isThere)(isThere ? title : `${title} [left out: RabbitMQ is not there]`, () => {
  test("measures a node of RabbitMQ, and tells when it is gone", { timeout: 120_000 }, async (t) => {
    const node = await RabbitmqNode.start()
    onTestEnd(t, () => node.stop())
    const { httpPort, user, password } = node.address
    const config = {
      host: `http://127.0.0.1:${httpPort}`,
      interval: 0.5,
      username: user,
      password: { $env: "METRICQ_SECRET_MQ" },
      prefix: "lab.mq",
      vhosts: [{ name: "root", vhost: "/", exchanges: { "amq.topic": { rates: ["publish_in"] } } }],
      nodes: ["mem_used", "running"],
      overview: ["connections", "exchanges"],
      selfMetrics: { interval: 0.5 },
    }
    const name = `lab.mq.node.${(await nodeName(node)).replaceAll(/\W/g, "_")}`
    const source = await SourceInNetwork.start(t, "source-rabbitmq", config, {
      metrics: [`${name}.mem_used`, `${name}.running`, "lab.mq.overview.exchanges", "source-rabbitmq.nodes.up"],
      env: { METRICQ_SECRET_MQ: password },
    })
    expect(await source.next(`${name}.mem_used`)).toBeGreaterThan(10_000_000)
    expect(await source.next(`${name}.running`)).toBe(1)
    expect(await source.next("lab.mq.overview.exchanges", (count) => count > 0)).toBeGreaterThanOrEqual(7)
    expect(await source.next("source-rabbitmq.nodes.up")).toBe(1)
    await node.stop()
    expect(await source.next("source-rabbitmq.nodes.up", (up) => up === 0)).toBe(0)
    await expect.poll(async () => (await source.failing()).map((target) => target.name)).toContain("nodes")
    await expect.poll(() => source.stored(`${name}.mem_used`)).not.toEqual([])
  })
})

async function nodeName({ address }: RabbitmqNode): Promise<string> {
  const authorization = `Basic ${btoa(`${address.user}:${address.password}`)}`
  const answer = await fetch(`http://127.0.0.1:${address.httpPort}/api/overview`, { headers: { authorization } })
  return ((await answer.json()) as { node: string }).node
}
