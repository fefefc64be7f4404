/** What stands in braces, or between them. */
type Part = { readonly text: string } | { readonly variable: string }

/** Whether every `{` has its `}` and there is a name in between. */
export function isTemplate(text: string): boolean {
  return !/[{}]/.test(text.replaceAll(/\{[^{}]+\}/g, ""))
}

/**
 * A text with variables in braces: `lab.{host}.power`. As the name of a metric, what is filled in becomes one component: everything
 * but letters, digits, `_` and `-` turns into `_`, and where there is nothing to fill in, the component is left out with its dot.
 */
export class NameTemplate {
  readonly #parts: readonly Part[]

  /** Of a text that {@link isTemplate}. */
  constructor(text: string) {
    this.#parts = text
      .split(/(\{[^{}]+\})/)
      .filter((part) => part !== "")
      .map((part) => (part.startsWith("{") ? { variable: part.slice(1, -1) } : { text: part }))
  }

  /** Names of the variables, each once. */
  get variables(): string[] {
    return [...new Set(this.#parts.flatMap((part) => ("variable" in part ? [part.variable] : [])))]
  }

  /**
   * The name of a metric. A value that is a list becomes as many components.
   */
  name(lookUp: (variable: string) => string | readonly string[] | undefined): string {
    const filled = this.#parts.map((part) => ("text" in part ? part.text : components(lookUp(part.variable))))
    return filled
      .join("")
      .replaceAll(/\.{2,}/g, ".")
      .replaceAll(/^\.|\.$/g, "")
  }

  /** Plain text, such as a description: values as they are. */
  text(lookUp: (variable: string) => string | readonly string[] | undefined): string {
    return this.#parts.map((part) => ("text" in part ? part.text : plain(lookUp(part.variable)))).join("")
  }
}

/** A text as a component of a metric's name; letters of all languages stay. */
export function nameComponent(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_-]+/gu, "_")
}

function components(value: string | readonly string[] | undefined): string {
  if (value === undefined) return ""
  return typeof value === "string" ? nameComponent(value) : value.map(nameComponent).join(".")
}

function plain(value: string | readonly string[] | undefined): string {
  return typeof value === "object" ? value.join("/") : (value ?? "")
}
