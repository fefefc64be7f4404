import { Scope } from "@metricq/testkit"
import type { Stage } from "./data-path.js"
import { registered, startDatabase, startSource } from "./database-stage.js"
import { milliseconds } from "./numbers.js"

const ROUNDS = 60
/** Between two looks whether it is there. */
const POLL_MS = 1

/** How long it takes until points of a small load can be asked for: from the first one sent until the last one is answered; the broker has confirmed them meanwhile. */
export async function latencyRow(stage: Stage, metrics: number): Promise<string[]> {
  const scope = new Scope()
  try {
    const { history } = await startDatabase(scope, stage.url)
    const send = await startSource(scope, stage.url, history, metrics, 1)
    const warmUp = Math.ceil(5000 / metrics)
    await send(0, warmUp)
    await registered(history, metrics)
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      times.push(1000 * (await send(warmUp + round, 1, POLL_MS)).seconds)
    }
    times.sort((a, b) => a - b)
    const at = (part: number) => milliseconds(times[Math.floor(part * (ROUNDS - 1))]!)
    return [`${metrics} × 1`, at(0.5), at(0.95)]
  } finally {
    await scope.close()
  }
}
