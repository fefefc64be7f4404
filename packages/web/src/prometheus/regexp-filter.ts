import { AsyncLocalStorage } from "node:async_hooks"
import { createContext, Script } from "node:vm"
import { notAnswered, refuse } from "./query-error.js"

/** A regular expression may take so long over all the values it is asked about, */
const budgetMs = 250
/** and all of one request together so long: nobody else is answered meanwhile. */
const requestBudgetMs = 1000
const requestBudget = new AsyncLocalStorage<{ leftMs: number }>()

/** Do a request, whose regular expressions share a limit of time from then on. */
export function withRegExpBudget<T>(work: () => T): T {
  return requestBudget.run({ leftMs: requestBudgetMs }, work)
}
const mostCharacters = 2000

const filter = new Script(
  "{ const regexp = new RegExp(pattern, flags); output = input.map((value) => regexp.test(value)) }",
)
const match = new Script(`{
  const regexp = new RegExp(pattern, flags)
  const found = (groups) => groups && { groups: [...groups], names: { ...groups.groups } }
  output = input.map((value) => found(regexp.exec(value)))
}`)

/**
 * Those of the values that the regular expression matches as a whole, or with `wanted` false those it does not.
 *
 * The syntax is JavaScript's with a leading `(?i)`, `(?s)`, `(?m)` of Prometheus' added, and without what Prometheus has not (look-around,
 * references back). It runs with a limit of time, as V8 tries some expressions for ever: `(a+)+`.
 *
 * @throws {QueryError} `bad_data` for what is no regular expression, `execution` for one that takes longer than 0.25 s, or than what is left of the
 *   second that {@link withRegExpBudget} gives all of a request
 */
export function filterByRegExp(text: string, values: readonly string[], wanted = true): string[] {
  const { pattern, flags } = compiled(text)
  if (pattern === anything && flags === "s") return wanted ? [...values] : []
  const output = run<boolean>(filter, text, values)
  return values.filter((_, i) => output[i] === wanted)
}

/**
 * What becomes of each value: `replacement` with `$1`, `${1}`, `$name` filled in where the expression matches it as a whole, else undefined.
 *
 * @throws {QueryError} as `filterByRegExp`
 */
export function replaceByRegExp(text: string, values: readonly string[], replacement: string): (string | undefined)[] {
  return run<Found | null>(match, text, values).map((found) => {
    if (found === null) return undefined
    return replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (all, plain?: string, braced?: string) => {
      const name = plain ?? braced
      if (name === undefined) return all === "$$" ? "$" : all
      return (/^\d+$/.test(name) ? found.groups[Number(name)] : found.names[name]) ?? ""
    })
  })
}

interface Found {
  groups: (string | undefined)[]
  names: Record<string, string | undefined>
}

function run<T>(script: Script, text: string, values: readonly string[]): T[] {
  const context = createContext({ ...compiled(text), input: values, output: [] })
  const shared = requestBudget.getStore() ?? { leftMs: requestBudgetMs }
  const timeout = Math.min(budgetMs, Math.ceil(shared.leftMs))
  if (timeout <= 0) notAnswered(`the regular expressions take longer than ${requestBudgetMs} ms: make them simpler`)
  const begun = performance.now()
  try {
    script.runInContext(context, { timeout })
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error
    notAnswered(`the regular expression "${text}" takes longer than ${timeout} ms: make it simpler`)
  } finally {
    shared.leftMs -= performance.now() - begun
  }
  return context.output
}

const anything = "^(?:.*)$"

function compiled(text: string): { pattern: string; flags: string } {
  if (text.length > mostCharacters) refuse(`a regular expression has at most ${mostCharacters} characters`)
  const lead = /^\(\?([ims]+)\)/.exec(text)
  const body = lead === null ? text : text.slice(lead[0].length)
  if (/\(\?(?:[=!]|<[=!])|\\[1-9k]/.test(body)) {
    refuse(`"${text}": regular expressions here know no look-around and no references back`)
  }
  // Go writes names of groups with a P.
  const pattern = `^(?:${body.replaceAll("(?P<", "(?<")})$`
  const flags = [...new Set(`s${lead?.[1] ?? ""}`)].join("")
  try {
    new RegExp(pattern, flags)
    // What is no expression without the frame is none: `a)|(b`.
    new RegExp(body.replaceAll("(?P<", "(?<"), flags)
  } catch (cause) {
    refuse(`"${text}" is no regular expression: ${(cause as Error).message.replace(/^.*: /, "")}`)
  }
  return { pattern, flags }
}
