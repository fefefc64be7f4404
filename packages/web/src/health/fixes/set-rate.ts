import { type Fix, type FixParts, metricsText, notFixed } from "./fix.js"
import { setMetadata } from "./set-metadata.js"

/** Figures of so many digits count for what is off by less than this part. */
const ALIKE = [
  [1, 0.02],
  [2, 0.006],
] as const

/** Writes the rate at which points come over the one that sources declare. */
export const setRate: Fix = {
  needs: "operator",
  plan: (finding, parts) => {
    const metrics = metricsWithRate(parts.metricsOf(finding), parts)
    const [first] = metrics
    const rate = first === undefined ? 0 : tidyRate(parts.seenRateHz(first) ?? 0)
    const what = metrics.length === 1 ? `the rate ${rate} Hz` : "the rates at which their points come"
    const does = `writes ${what} into the metadata of ${metricsText(metrics)}; no point changes`
    return { does, values: { count: metrics.length, rate }, metrics }
  },
  run: async (finding, parts) => {
    const metrics = metricsWithRate(parts.metricsOf(finding), parts)
    await setMetadata(metrics, (name) => rateKeys(tidyRate(parts.seenRateHz(name) ?? 0), parts.metadataOf(name)), parts)
    return `rate of ${metricsText(metrics)} set to the one seen`
  },
}

/** A rate near a figure that people choose is that figure; below 1 Hz the period is. */
export function tidyRate(hz: number): number {
  return Number((hz >= 1 ? tidy(hz) : 1 / tidy(1 / hz)).toPrecision(6))
}

function tidy(value: number): number {
  for (const [digits, part] of ALIKE) {
    const near = Number(value.toPrecision(digits))
    if (Math.abs(near - value) <= part * value) return near
  }
  return Number(value.toPrecision(3))
}

/** An interval counts before a rate, where there is one. */
function rateKeys(rate: number, { interval }: Readonly<Record<string, unknown>>) {
  return interval === undefined ? { rate } : { rate, interval: `${Number((1 / rate).toPrecision(6))}s` }
}

/** @throws {WebError} `not-fixed` */
function metricsWithRate(names: readonly string[], { seenRateHz }: FixParts): string[] {
  const metrics = names.filter((name) => Number.isFinite(seenRateHz(name)) && (seenRateHz(name) ?? 0) > 0)
  if (metrics.length === 0)
    throw notFixed("too few points have been seen to tell a rate from", "try it again in a minute")
  return metrics
}
