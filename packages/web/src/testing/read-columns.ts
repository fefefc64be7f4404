/** What an answer of binary columns has of a metric. */
export interface ReadMetric {
  readonly metric: string
  readonly times: bigint[]
  /** Columns in their order: values of points, or those of aggregates. */
  readonly columns: number[][]
  error?: unknown
}

/** Reads `application/vnd.metricq.columns` as docs/reference/columns.md tells it. */
export function readColumns(buffer: ArrayBuffer): { metrics: ReadMetric[]; isComplete: boolean } {
  const view = new DataView(buffer)
  if (new TextDecoder().decode(buffer.slice(0, 4)) !== "MQC1") throw new Error("these are no columns")
  const metrics: ReadMetric[] = []
  for (let at = 16; at < buffer.byteLength; ) {
    const [kind, index, rows, length] = [0, 4, 8, 12].map((offset) => view.getUint32(at + offset, true)) as [
      ...[number, number, number, number],
    ]
    at += 16
    if (kind === 0)
      return { metrics, isComplete: at === buffer.byteLength && metrics.length === view.getUint32(4, true) }
    const text = () => JSON.parse(new TextDecoder().decode(buffer.slice(at, at + length)))
    if (kind === 1) metrics[index] = { ...text(), times: [], columns: [] }
    if (kind === 4) metrics[index]!.error = text().error
    if (kind === 2 || kind === 3) {
      const { times, columns } = metrics[index]!
      for (const time of new BigInt64Array(buffer, at, rows)) times.push(time)
      for (let column = 0; column < length / 8 / rows - 1; column++) {
        columns[column] ??= []
        for (const value of new Float64Array(buffer, at + 8 * rows * (column + 1), rows)) columns[column]!.push(value)
      }
    }
    at += length
  }
  return { metrics, isComplete: false }
}
