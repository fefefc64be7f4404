import { describeOnBrokers } from "@metricq/testkit"
import { expect, test } from "vitest"
import { answerJson, HttpDevice } from "../testing/http-device.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { rabbitmq } from "./agent.js"

const config = (device: HttpDevice) => ({
  host: `http://${device.address}/`,
  interval: 0.05,
  username: "u",
  password: "p",
  prefix: "lab.mq",
  selfMetrics: { interval: 0.05 },
  vhosts: [
    {
      name: "data",
      vhost: "/",
      exchanges: { "metricq.data": { rates: ["publish_in"] } },
      queues: { "db-1": { rates: ["ack"], counts: ["messages"], memory: ["memory"] }, gone: { counts: ["messages"] } },
    },
  ],
  nodes: ["mem_used", "running"],
  overview: ["connections", "messages"],
})

describeOnBrokers("source-rabbitmq", (kind) => {
  test("has the original's names, and nodes and totals as well", async (t) => {
    let published = 0
    const queue = { name: "db-1", messages: 7, memory: 5000, message_stats: {} }
    const device = await HttpDevice.start(t, ({ url, headers }, response) => {
      if (headers.authorization !== `Basic ${btoa("u:p")}`) return response.writeHead(401).end()
      published += 10
      const answers: Record<string, unknown> = {
        "/api/exchanges/%2F": [{ name: "metricq.data", message_stats: { publish_in: published } }, { name: "" }],
        "/api/queues/%2F": [queue],
        "/api/nodes": [{ name: "rabbit@lab-1", mem_used: 123, running: true }],
        "/api/overview": { object_totals: { connections: 3 }, queue_totals: { messages: 9 } },
      }
      answerJson(response, answers[url ?? ""])
    })
    const data = "lab.mq.data"
    const source = await SourceUnderTest.start(t, rabbitmq as never, config(device), {
      metrics: [
        `${data}.exchange.metricq_data.publish_in.rate`,
        `${data}.queue.db_1.messages.count`,
        `${data}.queue.db_1.memory.size`,
        "lab.mq.node.rabbit_lab_1.mem_used",
        "lab.mq.node.rabbit_lab_1.running",
        "lab.mq.overview.connections",
        "lab.mq.overview.messages",
        "source-rabbitmq.data.up",
      ],
      broker: { kind },
    })
    expect(await source.nextValue(`${data}.queue.db_1.messages.count`)).toBe(7)
    expect(await source.nextValue(`${data}.queue.db_1.memory.size`)).toBe(5000)
    expect(await source.nextValue(`${data}.exchange.metricq_data.publish_in.rate`)).toBeGreaterThan(0)
    expect(await source.nextValue("lab.mq.node.rabbit_lab_1.mem_used")).toBe(123)
    expect(await source.nextValue("lab.mq.node.rabbit_lab_1.running")).toBe(1)
    expect(await source.nextValue("lab.mq.overview.connections")).toBe(3)
    expect(await source.nextValue("lab.mq.overview.messages")).toBe(9)
    expect(await source.nextValue("source-rabbitmq.data.up")).toBe(1)
    expect(await source.metadata(`${data}.queue.db_1.memory.size`)).toMatchObject({ unit: "B", rate: 20 })
    expect(source.warnings.join("\n")).toContain("there is no gone in /api/queues/%2F")
    await device.stop()
    expect(await source.nextValue("source-rabbitmq.data.up", (up) => up === 0)).toBe(0)
    await device.listen()
    expect(await source.nextValue("source-rabbitmq.data.up", (up) => up === 1)).toBe(1)
  })
})
