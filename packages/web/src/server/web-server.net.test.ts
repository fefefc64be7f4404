import { startNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebServer } from "./web-server.js"

test("a server says that it works, below its prefix", async (t) => {
  const net = await startNetwork(t)
  const server = new WebServer({ url: net.url, port: 0, prefix: "metricq" })
  t.onTestFinished(() => server.stop())
  await server.start()
  expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metricq\/$/)
  const answer = await fetch(new URL("healthz", server.address))
  expect(await answer.json()).toMatchObject({ status: "ok" })
  expect((await fetch(new URL("readyz", server.address))).status).toBe(200)
})
