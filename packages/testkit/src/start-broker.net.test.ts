import { connect } from "amqplib"
import { expect, test } from "vitest"
import { describeOnBrokers } from "./describe-on-brokers.js"
import { startBroker } from "./start-broker.js"

describeOnBrokers("a test's broker", (kind) => {
  test("takes clients, tells them when it stops, and takes them again", async (t) => {
    const broker = await startBroker(t, { kind })
    const connection = await connect(broker.url)
    const errors: unknown[] = []
    connection.on("error", (error) => errors.push(error))
    const closed = new Promise((resolve) => connection.on("close", resolve))
    await broker.stop()
    expect(String(await closed)).toContain("CONNECTION_FORCED")
    await expect(connect(broker.url)).rejects.toThrow()
    await broker.start()
    const again = await connect(broker.url)
    await again.close()
  })
})
