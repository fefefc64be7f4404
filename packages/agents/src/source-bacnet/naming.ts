import type { ObjectInfo } from "../kit/bacnet/object-cache.js"

/** What a configuration says about the names that devices give. */
export interface NamingRules {
  readonly vendorSpecificMapping: Readonly<Record<string, string>>
  readonly vendorSpecificNameSubstitutions: Readonly<Record<string, string>>
  readonly vendorSpecificDescriptionSubstitutions: Readonly<Record<string, string>>
}

/** Templates of a device, or of a group of its objects. */
export interface NamingTemplates {
  readonly metricId: string
  readonly description: string
}

/** What a metric is called, and how it is described, from what a device and its object say about themselves. */
export function nameObject(
  rules: NamingRules,
  { metricId, description }: NamingTemplates,
  device: ObjectInfo,
  object: ObjectInfo,
): { name: string; description: string } {
  const objectName = replaceName(rules, object["3000"] ?? object.objectName ?? "")
  const deviceName = replaceName(rules, device.objectName ?? "")
  const descriptions = { objectDescription: object.description ?? "", deviceDescription: device.description ?? "" }
  const text = withoutQuotes(fillTemplate(description, { objectName, deviceName, ...descriptions }))
  return {
    name: withoutQuotes(fillTemplate(metricId, { objectName, deviceName })).replaceAll(" ", ""),
    description: substitute(text, rules.vendorSpecificDescriptionSubstitutions),
  }
}

/** The name of a device or object, with what the configuration replaces. */
export function replaceName(rules: NamingRules, name: string): string {
  const mapping = rules.vendorSpecificMapping
  const mapped = Object.hasOwn(mapping, name) ? (mapping[name] ?? name) : name
  return substitute(mapped, rules.vendorSpecificNameSubstitutions)
}

/** Whether a template needs this word. */
export function needsWord(template: string, word: string): boolean {
  return fillTemplate(template, { [word]: "" }) !== fillTemplate(template, { [word]: "x" })
}

/**
 * Puts values in place of `$name` and `${name}`, and `$` in place of `$$`. Names that are not known stay as they are, as in
 * Python's `Template.safe_substitute`.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g, (all, plain?: string, braced?: string) => {
    if (all === "$$") return "$"
    const name = plain ?? braced ?? ""
    return Object.hasOwn(values, name) ? (values[name] ?? all) : all
  })
}

function substitute(text: string, substitutions: Readonly<Record<string, string>>): string {
  return Object.entries(substitutions).reduce((result, [part, other]) => result.replaceAll(part, () => other), text)
}

function withoutQuotes(text: string): string {
  return text.replaceAll(/['`´]/g, ".")
}
