import { Scope } from "@metricq/testkit"
import { sequenceNames } from "./chunk-sequence.js"
import { type Ends, type Measured, type Stage, stream } from "./data-path.js"
import { registered, startDatabase, startSource } from "./database-stage.js"
import { megabytes } from "./numbers.js"
import { referencePoints } from "./reference-data.js"

const messages = Number(process.env.METRICQ_BENCH_MESSAGES ?? 60_000)
/** Of so many runs in turn the fastest of each counts: what disturbs a run makes it slower, never faster. */
const runs = Number(process.env.BENCH_RUNS ?? 2)
/** Messages before those that count, here and of the plain programs: metrics become known, and programs warm. */
const WARM_UP = 20_000

export const throughputHeader = [
  ...["metrics × chunk", "points/s", "raw", "ratio", "raw, to a file", "ratio"],
  ...["CPU s / 1M messages: source", "raw", "database", "raw", "raw, to a file", "MB at most"],
]

/** Points a second, and CPU time of each end, beside plain programs. */
export async function throughputRow(stage: Stage, metrics: number, chunk: number): Promise<string[]> {
  const points = Math.ceil(messages / metrics) * chunk
  const count = (metrics * points) / chunk
  const plain = async (pair: Ends) => {
    const keys = sequenceNames({ metrics, points, chunk })
    const load = { messages: count, warmUp: WARM_UP, chunk, rate: 0, keys }
    return stream(stage, pair, { ...load, durability: "persistent", door: "columns" }, referencePoints(0, 0, chunk))
  }
  const best = new Map<string, Measured & { peakBytes?: number }>()
  for (let round = 0; round < runs; round++) {
    for (const who of ["raw", "raw, to a file", "ours"] as const) {
      const measured = await (who === "ours" ? storeOnce(stage, metrics, chunk, points) : plain(who))
      if (measured.seconds < (best.get(who)?.seconds ?? Number.POSITIVE_INFINITY)) best.set(who, measured)
    }
  }
  const [raw, toFile, ours] = ["raw", "raw, to a file", "ours"].map((who) => best.get(who)!) as [
    Measured,
    Measured,
    Measured & { peakBytes: number },
  ]
  const rate = ({ seconds }: Measured) => Math.round((metrics * points) / seconds).toLocaleString("en")
  const cpu = (seconds: number) => ((seconds * 1e6) / count).toFixed(1)
  return [
    `${metrics} × ${chunk}`,
    ...[rate(ours), rate(raw), (raw.seconds / ours.seconds).toFixed(2)],
    ...[rate(toFile), (toFile.seconds / ours.seconds).toFixed(2)],
    ...[cpu(ours.sentCpuS), cpu(raw.sentCpuS)],
    ...[cpu(ours.receivedCpuS), cpu(raw.receivedCpuS), cpu(toFile.receivedCpuS)],
    megabytes(ours.peakBytes),
  ]
}

async function storeOnce(stage: Stage, metrics: number, chunk: number, points: number) {
  const scope = new Scope()
  try {
    const { database, history } = await startDatabase(scope, stage.url)
    const send = await startSource(scope, stage.url, history, metrics, chunk)
    const warmUp = Math.ceil(WARM_UP / metrics) * chunk
    await send(0, warmUp)
    await registered(history, metrics)
    const beforeS = database.cpuS
    const { seconds, sentCpuS } = await send(warmUp, points)
    const receivedCpuS = database.cpuS - beforeS
    const cpuS = sentCpuS + receivedCpuS
    return { seconds, cpuS, sentCpuS, receivedCpuS, latenciesMs: [], peakBytes: database.memory.peak }
  } finally {
    await scope.close()
  }
}
