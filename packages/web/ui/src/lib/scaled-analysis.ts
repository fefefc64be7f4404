import type { Analysis } from "../api.js"

/** The numbers of a metric that is multiplied by a factor; a negative one makes the smallest value the largest. */
export function scaledAnalysis(analysis: Analysis, factor: number): Analysis {
  const times = (value: number | null) => (value === null ? null : value * factor)
  const [min, max] = factor < 0 ? [analysis.max, analysis.min] : [analysis.min, analysis.max]
  return {
    ...analysis,
    min: times(min),
    max: times(max),
    mean: times(analysis.mean),
    sum: times(analysis.sum),
    integral: times(analysis.integral),
  }
}
