/** What databases have measured of some metrics: how many of them, points a second that really come, and what these declare. */
export interface MeasuredPart {
  readonly metrics: number
  readonly rate: number
  readonly declared: number
}

/** Metrics that go somewhere together: how many, points a second as declared, how many declare none, and what is measured. */
export interface FlowSize {
  readonly metrics: number
  readonly rate: number
  readonly unrated: number
  readonly measured?: MeasuredPart | undefined
}

/** Less than this part of what is declared is far below it. */
const FAR_BELOW = 0.5

/** Points a second now: as measured, and as declared where nothing is. */
export function rateNow({ rate, measured }: Pick<FlowSize, "rate" | "measured">): number {
  return measured ? measured.rate + Math.max(0, rate - measured.declared) : rate
}

/** Whether much less comes than is declared. */
export function isFarBelow({ measured }: Pick<FlowSize, "measured">): boolean {
  return measured !== undefined && measured.rate < measured.declared * FAR_BELOW
}

/** Several flows as one. */
export function sumOfFlows(parts: readonly FlowSize[]): FlowSize {
  const sum = { metrics: 0, rate: 0, unrated: 0 }
  const seen = { metrics: 0, rate: 0, declared: 0 }
  for (const { metrics, rate, unrated, measured } of parts) {
    sum.metrics += metrics
    sum.rate += rate
    sum.unrated += unrated
    seen.metrics += measured?.metrics ?? 0
    seen.rate += measured?.rate ?? 0
    seen.declared += measured?.declared ?? 0
  }
  return seen.metrics > 0 ? { ...sum, measured: seen } : sum
}
