import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { startBroker } from "@metricq/testkit"
import { describe, expect, test } from "vitest"

const run = promisify(execFile)
const script = fileURLToPath(new URL("../python/pika_tour.py", import.meta.url))
const python = process.env.METRICQ_TEST_PIKA
const title = "pika on the embedded broker"

describe.skipIf(python === undefined)(
  python === undefined ? `${title} [left out: METRICQ_TEST_PIKA names no Python that has it]` : title,
  () => {
    test("declares, binds, publishes with confirms, consumes, and is refused what it must be", async (t) => {
      const broker = await startBroker(t, { kind: "embedded" })
      const { stdout } = await run(python as string, [script, broker.url], { timeout: 25_000 })
      const headers = { n: 1, text: "ü", list: [1, true, null] }
      expect(JSON.parse(stdout)).toEqual({
        consumed: [0, 1, 2].map((number) => [`elab.ariel${number}.power`, `${number}`, "pika", headers]),
        left: 0,
        unroutable: 312,
        redelivered: [true, "again"],
        "not found": 404,
        inequivalent: 406,
        big: true,
        locked: 405,
      })
    })
  },
)
