import type { ArrivingConfig } from "../kit/push/push-config.js"
import { NameTemplate } from "../kit/values/name-template.js"
import type { InfluxConfig, RuleConfig } from "./config.js"
import type { Series } from "./line-series.js"
import { wildcard } from "./wildcard.js"

/** What becomes of the values of a field of a series. */
export interface Treatment {
  readonly name: string
  readonly scale: number
  readonly offset: number
  readonly config: ArrivingConfig
  /** Fills in templates of the metadata. */
  readonly fill: (text: string) => string
}

interface Rule {
  readonly config: RuleConfig
  readonly name: NameTemplate
  /** Tags that stand in the name by themselves. */
  readonly named: ReadonlySet<string>
  readonly isOf: (series: Series, field: string) => boolean
}

/** The rules of a configuration: the first that fits decides, and one that fits all comes last. */
export class Rules {
  readonly #rules: readonly Rule[]
  readonly #units: readonly { readonly isOf: (text: string) => boolean; readonly unit: string }[]

  constructor({ name, rules, others, units }: Pick<InfluxConfig, "name" | "rules" | "others" | "units">) {
    this.#rules = [...rules, { skip: others === "skip" }].map((rule) => ruleOf(rule, name))
    this.#units = Object.entries(units).map(([pattern, unit]) => ({ isOf: wildcard(pattern), unit }))
  }

  /** What becomes of a field; `undefined`: it is not wanted. */
  of(series: Series, field: string): Treatment | undefined {
    const rule = this.#rules.find(({ isOf }) => isOf(series, field))
    if (rule === undefined || rule.config.skip) return undefined
    const { scale = 1, offset = 0, unit = this.#unitOf(series, field), ...config } = rule.config
    const variable = (name: string) => variableOf(name, rule, series, field)
    return {
      name: rule.name.name(variable),
      scale,
      offset,
      config: { ...config, unit },
      fill: (text) => new NameTemplate(text).text(variable),
    }
  }

  #unitOf({ measurement }: Series, field: string): string | undefined {
    const name = `${measurement}.${field}`
    return this.#units.find(({ isOf }) => isOf(name))?.unit
  }
}

function ruleOf(config: RuleConfig, defaultName: string): Rule {
  const name = new NameTemplate(config.name ?? defaultName)
  const isMeasurement = wildcard(config.measurement ?? "*")
  const tags = Object.entries(config.tags ?? {}).map(([tag, pattern]) => ({ tag, isOf: wildcard(pattern) }))
  const fields = (config.fields ?? ["*"]).map(wildcard)
  return {
    config,
    name,
    named: new Set(name.variables),
    isOf: (series, field) =>
      isMeasurement(series.measurement) &&
      tags.every(({ tag, isOf }) => isOf(series.tags.get(tag) ?? "")) &&
      fields.some((isOf) => isOf(field)),
  }
}

/** `{tags}` are the values of all tags that the name does not name, in the order of their keys. */
function variableOf(name: string, { named }: Rule, { measurement, tags }: Series, field: string) {
  if (name === "measurement") return measurement
  if (name === "field") return field
  if (name !== "tags") return tags.get(name)
  return [...tags]
    .filter(([key]) => !named.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value)
}
