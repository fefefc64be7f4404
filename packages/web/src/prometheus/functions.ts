import { calendarFunctions } from "./calendar-functions.js"
import type { Expression, Selector } from "./expression.js"
import { labelJoin, labelReplace } from "./label-functions.js"
import type { Matcher } from "./matchers.js"
import { type Labels, nameLabel, newSeries, put, type Series, type Steps, timeOf } from "./series.js"
import { mapSeries } from "./series-operations.js"

type Argument =
  | { type: "scalar"; values: Float64Array }
  | { type: "string"; value: string }
  | { type: "vector"; series: readonly Series[] }

const perDegree = Math.PI / 180

/** Functions of each value. */
const ofNumber: Readonly<Record<string, (value: number) => number>> = {
  ...{ abs: Math.abs, ceil: Math.ceil, floor: Math.floor, sgn: Math.sign, sqrt: Math.sqrt, exp: Math.exp },
  ...{ ln: Math.log, log2: Math.log2, log10: Math.log10, sin: Math.sin, cos: Math.cos, tan: Math.tan },
  ...{ asin: Math.asin, acos: Math.acos, atan: Math.atan, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh },
  ...{ asinh: Math.asinh, acosh: Math.acosh, atanh: Math.atanh },
  deg: (value) => value / perDegree,
  rad: (value) => value * perDegree,
  ...calendarFunctions,
}

/** Functions of each value and of numbers. */
const withNumbers: Readonly<Record<string, (value: number, a: number, b: number) => number | undefined>> = {
  clamp: (value, least, most) => (least > most ? undefined : Math.max(least, Math.min(most, value))),
  clamp_min: (value, least) => Math.max(least, value),
  clamp_max: (value, most) => Math.min(most, value),
  round: (value, to = 1) => roundTo(value, to),
}

/** A function that reads no range. Its arguments have been checked. */
export function callFunction(
  { name, args: expressions }: Extract<Expression, { kind: "call" }>,
  args: readonly Argument[],
  steps: Steps,
): Argument {
  const scalar = (i: number) => (args[i]?.type === "scalar" ? args[i].values : undefined)
  const text = (i: number) => (args[i]?.type === "string" ? args[i].value : "")
  const series = args[0]?.type === "vector" ? args[0].series : []
  const vector = (result: readonly Series[]): Argument => ({ type: "vector", series: result })
  const eachStep = (value: (step: number) => number): Argument => ({
    type: "scalar",
    values: Float64Array.from({ length: steps.count }, (_, step) => value(step)),
  })
  const time = (step: number) => timeOf(steps, step) / 1000
  switch (name) {
    case "time":
      return eachStep(time)
    case "pi":
      return eachStep(() => Math.PI)
    case "scalar":
      return eachStep((step) => onlyValue(series, step))
    case "vector":
      return vector([seriesOfNumbers(scalar(0)!)])
    case "absent":
      return vector(absent(series, expressions[0]!, steps))
    case "sort":
    case "sort_desc":
      return vector(steps.isInstant ? sorted(series, name === "sort" ? 1 : -1) : series)
    case "label_replace":
      return vector(labelReplace(series, text(1), text(2), text(3), text(4)))
    case "label_join":
      return vector(
        labelJoin(
          series,
          text(1),
          text(2),
          args.slice(3).map((_, i) => text(i + 3)),
        ),
      )
  }
  const simple = ofNumber[name]
  if (simple !== undefined) {
    const input =
      args.length > 0 ? series : [seriesOfNumbers(Float64Array.from({ length: steps.count }, (_, i) => time(i)))]
    return vector(eachValue(input, simple))
  }
  const [a, b] = [scalar(1), scalar(2)]
  const change = withNumbers[name]!
  return vector(eachValue(series, (value, step) => change(value, a?.[step] as number, b?.[step] as number)))
}

function eachValue(series: readonly Series[], change: (value: number, step: number) => number | undefined): Series[] {
  return series.map((one) => mapSeries(one, one.labels, change))
}

function roundTo(value: number, to: number): number {
  const inverse = 1 / to
  return Math.floor(value * inverse + 0.5) / inverse
}

function onlyValue(series: readonly Series[], step: number): number {
  const there = series.filter(({ present }) => present[step] === 1)
  return there.length === 1 ? there[0]!.values[step]! : Number.NaN
}

function seriesOfNumbers(values: Float64Array): Series {
  return { labels: {}, values, present: new Uint8Array(values.length).fill(1) }
}

function absent(series: readonly Series[], expression: Expression, { count }: Steps): Series[] {
  const labels = expression.kind === "selector" ? absentLabels(expression.selector) : {}
  const result = newSeries(labels, count)
  for (let step = 0; step < count; step++) {
    if (series.every(({ present }) => present[step] === 0)) put(result, step, 1)
  }
  return [result]
}

/** The labels that a selector says its series have. */
export function absentLabels({ matchers }: Selector): Labels {
  const isTold = ({ label, op }: Matcher) => op === "=" && label !== nameLabel
  return Object.fromEntries(matchers.filter(isTold).map(({ label, value }) => [label, value]))
}

function sorted(series: readonly Series[], sign: number): Series[] {
  const last = (value: number) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value)
  return [...series].sort((a, b) => {
    const [x, y] = [last(a.values[0]!), last(b.values[0]!)]
    return x === y ? 0 : x - y
  })
}
