import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { connect as connectTcp } from "node:net"
import { fileURLToPath } from "node:url"
import { connect } from "amqplib"
import { describe, expect, test } from "vitest"
import { brokerKinds, whyNot } from "./broker-kinds.js"
import { type RabbitmqAddress, RabbitmqNode } from "./rabbitmq-node.js"

const why = brokerKinds().includes("rabbitmq") ? whyNot("rabbitmq") : "METRICQ_TEST_BROKERS leaves RabbitMQ out"
const title = "a RabbitMQ node of one's own"

async function listens(port: number): Promise<boolean> {
  const socket = connectTcp(port, "127.0.0.1")
  try {
    await once(socket, "connect")
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

describe.skipIf(why)(why === undefined ? title : `${title} [left out: ${why}]`, () => {
  test("takes clients from its start on and is gone after its stop", async (t) => {
    const node = await RabbitmqNode.start()
    t.onTestFinished(() => node.stop())
    const { amqpPort, httpPort, user, password } = node.address
    const connection = await connect(`amqp://${user}:${password}@127.0.0.1:${amqpPort}/`)
    const closed = new Promise((resolve) => connection.on("error", resolve).on("close", resolve))
    await node.stop()
    await closed
    expect([await listens(amqpPort), await listens(httpPort)]).toEqual([false, false])
  })

  test("does not outlive a process that dies without stopping it", async () => {
    const module = fileURLToPath(new URL("./rabbitmq-node.js", import.meta.url))
    const script = `
      const { RabbitmqNode } = await import(${JSON.stringify(module)})
      process.stdout.write(JSON.stringify((await RabbitmqNode.start()).address))
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    const [text] = (await once(child.stdout, "data")) as [Buffer]
    const { amqpPort, httpPort } = JSON.parse(text.toString()) as RabbitmqAddress
    expect(await listens(amqpPort)).toBe(true)
    child.kill("SIGKILL")
    await expect
      .poll(async () => (await listens(amqpPort)) || (await listens(httpPort)), { timeout: 10_000 })
      .toBe(false)
  })
})

test("the launcher finds only what is there", async () => {
  const { findRabbitmq } = await import("./rabbitmq-installation.js")
  const found = findRabbitmq()
  expect(found === undefined || (existsSync(found.server) && existsSync(found.epmd))).toBe(true)
})
