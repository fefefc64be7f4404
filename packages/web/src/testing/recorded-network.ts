import {
  type Columns,
  Db,
  HistoryError,
  type HistoryRequest,
  HistoryRequestType,
  type HistoryResponseParts,
  type StoredMetric,
} from "@metricq/client"
import type { TestNetwork } from "@metricq/testkit"

const secondNs = 1_000_000_000n
const beginNs = 1_795_154_400n * secondNs

const values = [131.2, 5, -0.5, 1e-7, 1e22, 123456789.125, 0, -0, 1 / 3, 1e16, 2.5e-5, 0.0001]

/** Values without peculiarities. */
const ordinary = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]

/** Begin, minimum, maximum, sum, count, integral, active time. */
type Row = [bigint, number, number, number, number, number, number]

/**
 * The network in which answers of metricq-grafana were recorded (`fixtures/metricq-grafana.json`): a database that answers with fixed
 * rows and points, among them what is hard to write, and with what it was asked.
 */
export async function prepareRecordedNetwork(net: TestNetwork): Promise<void> {
  const units = {
    "t.rows": "W",
    "t.raw": "°C",
    "t.empty": "kWh",
    "t.error": "",
    "t.echo": "m³",
    "t.none": "1/s",
    "t.held": "A",
    "t.clean": "V",
    "t.smooth": "V",
  }
  const names = Object.keys(units)
  const declared = Object.entries(units).map(([name, unit], kind) => [
    name,
    { unit, description: `Größe "${name}" 😀`, rate: kind === 1 ? 0.5 : kind + 1, kind },
  ])
  await net.configure("db-recorded", { metrics: names })
  await net.source("source-oracle", { metrics: Object.fromEntries(declared) })
  await net.connect(new RecordedDb(net.clientOptions("db-recorded")))
}

class RecordedDb extends Db<{ metrics: StoredMetric[] }> {
  override async onConfig({ metrics }: { metrics: StoredMetric[] }): Promise<void> {
    await this.subscribe(metrics)
  }

  override onChunk(_metric: string, _columns: Columns): void {}

  override onHistory(metric: string, request: HistoryRequest): HistoryResponseParts {
    if (metric === "t.echo") return echo(request)
    if (metric === "t.error") throw new HistoryError("history-error", "the disk is gone")
    if (metric === "t.empty") return {}
    return request.type === HistoryRequestType.aggregate ? aggregate(metric, request) : timeline(metric, request)
  }
}

function echo({ startTimeNs, endTimeNs, intervalMaxNs, type }: HistoryRequest): HistoryResponseParts {
  return {
    times: BigInt64Array.of(1n, 2n, 3n, 4n),
    values: Float64Array.of(Number(startTimeNs), Number(endTimeNs), Number(intervalMaxNs), type),
  }
}

function aggregate(metric: string, { startTimeNs }: HistoryRequest): HistoryResponseParts {
  if (metric === "t.none") return nothing(startTimeNs)
  if (metric === "t.raw") return rows([[startTimeNs, -1.5, 7, 21, 4, 3.5e9, 2e9]])
  if (metric === "t.held") return rows([[startTimeNs, 4, 4, 0, 0, 8e9, 2e9]])
  if (metric === "t.clean" || metric === "t.smooth") return rows([[startTimeNs, 1, 9, 45, 9, 3.5e9, 2e9]])
  return rows([[startTimeNs, 1, 3, 6, 3, 6e9, 3e9]])
}

function timeline(metric: string, { startTimeNs }: HistoryRequest): HistoryResponseParts {
  if (metric === "t.none") return nothing(startTimeNs)
  if (metric === "t.raw") return points()
  if (metric === "t.held") {
    return rows([
      [beginNs, 4, 4, 0, 0, 8e9, 2e9],
      [beginNs + 2n * secondNs, 4, 5, 9, 2, 0, 0],
    ])
  }
  if (metric === "t.clean") {
    const seconds = [0, 1, 2.5, 3, 4.25, 5, 7, 8, 8.5, 10]
    return {
      times: BigInt64Array.from(seconds, (second) => beginNs + BigInt(second * 1e9)),
      values: Float64Array.from(ordinary),
    }
  }
  if (metric === "t.smooth") {
    return rows(
      ordinary.map((v, i) => {
        const activeNs = i % 4 === 1 ? 5e8 : 1e9
        return [at(i, 0n), v - 1, v + 1, v * 2, 2, v * activeNs, activeNs]
      }),
    )
  }
  return rows(values.map((v, i) => [at(i, i % 3 === 1 ? 500n : 0n), v - 1, v + 1, v * 3, 3, v * 1e9, 1e9]))
}

function points(): HistoryResponseParts {
  const unusual = new Map([
    [2, Number.NaN],
    [3, Number.POSITIVE_INFINITY],
    [4, Number.NEGATIVE_INFINITY],
  ])
  return {
    times: BigInt64Array.from(values, (_, i) => at(i, i % 2 === 1 ? 123_456_789n : 0n)),
    values: Float64Array.from(values, (value, i) => unusual.get(i) ?? value),
  }
}

function nothing(timeNs: bigint): HistoryResponseParts {
  return rows([[timeNs, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0]])
}

function at(seconds: number, ns: bigint): bigint {
  return beginNs + BigInt(seconds) * secondNs + ns
}

function rows(all: readonly Row[]): HistoryResponseParts {
  const column = (index: 1 | 2 | 3 | 4 | 5 | 6) => Float64Array.from(all, (row) => row[index])
  return {
    times: BigInt64Array.from(all, ([time]) => time),
    aggregates: {
      minimum: column(1),
      maximum: column(2),
      sum: column(3),
      count: BigUint64Array.from(column(4), BigInt),
      integralNs: column(5),
      activeTimeNs: BigInt64Array.from(column(6), BigInt),
    },
  }
}
