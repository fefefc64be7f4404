/** How a secret stands in a document: a mask of the server, a reference, or the secret itself. */
export interface SecretValue {
  kind: "value" | "env" | "file"
  /** Name of the reference, or what is written; `""` for a mask. */
  text: string
  /** The stored secret, which the server does not show. */
  isMasked: boolean
}

const MASK = /^\*{6}[0-9a-f]{12}$/

export function secretOf(value: unknown): SecretValue {
  if (typeof value === "object" && value !== null) {
    const { $env, $file } = value as { $env?: unknown; $file?: unknown }
    if (typeof $env === "string") return { kind: "env", text: $env, isMasked: false }
    if (typeof $file === "string") return { kind: "file", text: $file, isMasked: false }
  }
  const text = value === undefined || value === null ? "" : String(value)
  const isMasked = MASK.test(text)
  return { kind: "value", text: isMasked ? "" : text, isMasked }
}

/** What a document has for it. */
export function secretValue(kind: SecretValue["kind"], text: string): unknown {
  if (kind === "env") return { $env: text }
  return kind === "file" ? { $file: text } : text
}
