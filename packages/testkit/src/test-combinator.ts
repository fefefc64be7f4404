import { type Metadata, Sink, Source, type SourceOptions, type Timestamp } from "@metricq/client"

/** What a `TestCombinator` computes: a metric, a number, or an operation, as combinators of the original have it. */
export type TestExpression =
  | string
  | number
  | { operation: "+" | "-" | "*" | "/"; left: TestExpression; right: TestExpression }
  | { operation: "sum" | "min" | "max"; inputs: TestExpression[] }

/** Configuration of a `TestCombinator`. */
export interface TestCombinatorConfig {
  metrics: Record<string, { expression: TestExpression; metadata?: Metadata }>
}

/**
 * A small transformer: whenever a point of an input comes, it computes what depends on it from the newest values, and sends it with the time of
 * that point.
 */
export class TestCombinator extends Source<TestCombinatorConfig> {
  readonly #options: SourceOptions
  readonly #values = new Map<string, number>()
  #reader: QueueReader | undefined

  constructor(options: SourceOptions) {
    super(options)
    this.#options = options
  }

  override async onConfig({ metrics }: TestCombinatorConfig): Promise<void> {
    const outputs = Object.entries(metrics)
    await this.declareMetrics(Object.fromEntries(outputs.map(([name, { metadata = {} }]) => [name, metadata])))
    const inputs = [...new Set(outputs.flatMap(([, { expression }]) => inputsOf(expression)))]
    const { dataServerAddress, dataQueue } = await this.rpc("transformer.subscribe", { metrics: inputs })
    if (this.#reader !== undefined) return
    this.#reader = new QueueReader(this.#options, (metric, time, value) => this.#take(metric, time, value))
    await this.#reader.connect()
    await this.#reader.read(dataServerAddress, dataQueue)
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    await this.#reader?.stop()
    await super.stopRole(graceMs)
  }

  #take(metric: string, time: Timestamp, value: number): void {
    this.#values.set(metric, value)
    for (const [output, { expression }] of Object.entries(this.config.metrics)) {
      if (!inputsOf(expression).includes(metric)) continue
      void this.send(output, time, evaluate(expression, this.#values))
    }
  }
}

/** A data queue of the combinator, read under a token of its own, as a token can only be held once. */
class QueueReader extends Sink {
  readonly #take: (metric: string, time: Timestamp, value: number) => void

  constructor({ token, url, logger }: SourceOptions, take: (metric: string, time: Timestamp, value: number) => void) {
    super({ token: `reader-of-${token}`, url, logger })
    this.#take = take
  }

  read(dataServerAddress: string, queue: string): Promise<void> {
    return this.consume(dataServerAddress, queue)
  }

  override onData(metric: string, time: Timestamp, value: number): void {
    this.#take(metric, time, value)
  }
}

function inputsOf(expression: TestExpression): string[] {
  if (typeof expression === "string") return [expression]
  if (typeof expression === "number") return []
  const operands = "inputs" in expression ? expression.inputs : [expression.left, expression.right]
  return operands.flatMap(inputsOf)
}

function evaluate(expression: TestExpression, values: ReadonlyMap<string, number>): number {
  if (typeof expression === "string") return values.get(expression) ?? Number.NaN
  if (typeof expression === "number") return expression
  if ("inputs" in expression) {
    const operands = expression.inputs
      .map((operand) => evaluate(operand, values))
      .filter((value) => !Number.isNaN(value))
    if (expression.operation === "sum") return operands.reduce((sum, value) => sum + value, 0)
    return expression.operation === "min" ? Math.min(...operands) : Math.max(...operands)
  }
  const left = evaluate(expression.left, values)
  const right = evaluate(expression.right, values)
  const results = { "+": left + right, "-": left - right, "*": left * right, "/": left / right }
  return results[expression.operation]
}
