import { DataError, quoted } from "./errors.js"
import { globSource } from "./glob-source.js"
import { utf8Length } from "./name-rules.js"

const MAX_PATTERN = 1024

/**
 * The names that a glob stands for, as an anchored regular expression.
 *
 * Names are components joined by dots. `*` is any run of characters within a component, also an empty one; `**` also runs across dots. As a
 * whole component `**` is any number of components, none included, as `#` is to the broker: `a.**` matches `a`, `a.b` and `a.b.c`, and
 * `**.x` matches `x` and `a.x`. Everything else stands for itself. The expression takes at most quadratic time, whatever the glob.
 *
 * @throws {DataError} `pattern` if empty or longer than 1024 characters
 */
export function globToRegExp(pattern: string): RegExp {
  checkPattern(pattern)
  return new RegExp(globSource(pattern))
}

/** Whether a pattern is a regular expression between slashes. */
function isRegExp(pattern: string): boolean {
  return pattern.length >= 2 && pattern.startsWith("/") && pattern.endsWith("/")
}

/**
 * The names that a pattern of a command line or configuration stands for: `/…/` is a regular expression, found anywhere in the name;
 * everything else a glob, see {@link globToRegExp}.
 *
 * A regular expression from outside can take for ever on one name: run it where it can be stopped.
 *
 * @throws {DataError} `pattern` if empty, too long or no valid regular expression
 */
export function patternToRegExp(pattern: string): RegExp {
  if (!isRegExp(pattern)) return globToRegExp(pattern)
  checkPattern(pattern.slice(1, -1))
  try {
    return new RegExp(pattern.slice(1, -1))
  } catch (cause) {
    throw new DataError("pattern", `${quoted(pattern)} is no regular expression: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Whether a pattern stands for just the name that it is. */
export function isPlainName(pattern: string): boolean {
  return pattern !== "" && !pattern.includes("*") && !isRegExp(pattern)
}

/**
 * The binding key by which a topic exchange selects the same names as a glob: `*` for a component, `#` for any number of them.
 *
 * `undefined` where there is none: for a regular expression, for a wildcard that is only part of a component, for a component that
 * the broker would take for a wildcard, and for more than 255 bytes.
 */
export function globToBinding(pattern: string): string | undefined {
  if (pattern === "" || isRegExp(pattern)) return undefined
  const components: string[] = []
  for (const component of pattern.split(".")) {
    if (component === "**") components.push("#")
    else if (component === "*" || (component !== "#" && !component.includes("*"))) components.push(component)
    else return undefined
  }
  const key = components.join(".")
  const bytes = utf8Length(key)
  return bytes === undefined || bytes > 255 ? undefined : key
}

function checkPattern(pattern: string): void {
  if (pattern === "") throw new DataError("pattern", "an empty pattern matches nothing: write ** for every name")
  if (pattern.length > MAX_PATTERN)
    throw new DataError("pattern", `a pattern of ${pattern.length} characters is too long`)
}
