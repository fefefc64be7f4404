import { once } from "node:events"
import { createServer } from "node:net"
import { freePort, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { MetricqProcess } from "./metricq-process.js"

test("metricq up is ready within ten seconds, shows the processor at work, and ends within two", async (t) => {
  const cwd = await temporaryFolder(t, "up")
  const port = await freePort()
  const env = { METRICQ_SERVER: `amqp://127.0.0.1:${port}/` }
  const startedMs = performance.now()
  const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", String(port)], { cwd })
  const ready = await up.line(/^ready/)
  expect(ready).toMatch(new RegExp(`^ready +amqp://127\\.0\\.0\\.1:${port}/ +http://127\\.0\\.0\\.1:\\d+/$`))
  expect(performance.now() - startedMs).toBeLessThan(10_000)

  const watch = MetricqProcess.start(t, ["watch", "**.cpu.usage"], { cwd, env })
  await expect.poll(() => watch.stdout.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3)
  const points = watch.stdout.map((line) => line.split(/[\s,]+/) as [string, string, string])
  const times = points.map(([time]) => Date.parse(time))
  expect(times.every((time, index) => Math.abs(Date.now() - time) < 60_000 && time > (times[index - 1] ?? 0))).toBe(
    true,
  )
  expect(points.every(([, metric]) => metric.endsWith(".cpu.usage"))).toBe(true)
  expect(points.map(([, , value]) => Number(value)).every((value) => value >= 0)).toBe(true)
  await watch.stop()

  const metric = points[0]![1]
  const answer = await fetch(new URL("api/v1/history", ready.split("  ")[2]), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ metrics: [metric], from: "now-1min", to: "now", raw: true }),
  })
  const history = (await answer.json()) as Record<string, { mode: string; values: number[] }>
  expect(history[metric]).toMatchObject({ mode: "values" })
  expect(history[metric]?.values.length).toBeGreaterThanOrEqual(3)

  const stoppedMs = performance.now()
  expect(await up.stop()).toBe(0)
  expect(performance.now() - stoppedMs).toBeLessThan(2_000)
})

test("a second start finds the metadata and the configuration of the first", async (t) => {
  const cwd = await temporaryFolder(t, "up")
  const port = String(await freePort())
  const env = { METRICQ_SERVER: `amqp://127.0.0.1:${port}/` }
  const start = async () => {
    const up = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", port], { cwd })
    await up.line(/^ready/)
    return up
  }
  const run = (args: string[], input?: string) => MetricqProcess.run(t, args, { cwd, env, input })

  const first = await start()
  expect(await run(["config", "set", "source-mine", "-"], JSON.stringify({ rate: 5 }))).toMatchObject({ code: 0 })
  const { stdout: names } = await run(["metrics", "**.cpu.usage"])
  expect(names).toMatch(/\.cpu\.usage/)
  expect(await first.stop()).toBe(0)

  const second = MetricqProcess.start(t, ["up", "--data", "data", "--amqp-port", port, "--no-demo"], { cwd })
  await second.line(/^ready/)
  expect((await run(["metrics", "**.cpu.usage"])).stdout).toBe(names)
  expect(JSON.parse((await run(["config", "get", "source-mine"])).stdout)).toMatchObject({ rate: 5 })
  expect(await second.stop()).toBe(0)
})

test("a taken port is one clear line and exit code 1", async (t) => {
  const cwd = await temporaryFolder(t, "up")
  const holder = createServer().listen(0, "127.0.0.1")
  t.onTestFinished(() => void holder.close())
  await once(holder, "listening")
  const { port } = holder.address() as { port: number }
  const { code, stderr } = await MetricqProcess.run(t, ["up", "--data", "data", "--amqp-port", String(port)], { cwd })
  expect(code).toBe(1)
  expect(stderr.split("\n")).toHaveLength(1)
  expect(stderr).toContain(String(port))
})

test("a data folder that another network holds is one clear line and exit code 1", async (t) => {
  const cwd = await temporaryFolder(t, "up")
  const args = ["up", "--data", "data", "--no-demo", "--amqp-port"]
  const first = MetricqProcess.start(t, [...args, String(await freePort())], { cwd })
  await first.line(/^ready/)
  const { code, stderr } = await MetricqProcess.run(t, [...args, String(await freePort())], { cwd })
  expect(code).toBe(1)
  expect(stderr.split("\n")).toHaveLength(1)
  expect(stderr).toContain("data")
})
