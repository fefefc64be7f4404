/** What the help of a command says it takes. */
export interface CommandHelp {
  subcommands: Set<string>
  /** Options by name, and whether a value follows. */
  options: Map<string, boolean>
  /** Fewest and most arguments. */
  fewest: number
  most: number
}

/** The help of each command by its words ("metricq config set"), from the page that shows them all. */
export function helpPages(page: string): Map<string, CommandHelp> {
  const shown = page.matchAll(/^```text\n\$ (metricq[a-z ]*) --help\n([\s\S]*?)\n```$/gm)
  return new Map([...shown].map(([, words, text]) => [words!, parseHelp(text!)]))
}

/**
 * What is wrong with a command line (without the word `metricq`), or undefined. One that is only mentioned may end early: its
 * arguments, or the command below it, may be left out.
 */
export function commandProblem(
  pages: Map<string, CommandHelp>,
  args: readonly string[],
  use: "run" | "mentioned" = "run",
): string | undefined {
  let words = "metricq"
  let help = pages.get(words)
  if (help === undefined) return "there is no page of the command itself"
  const given: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (arg === "--") {
      given.push(...args.slice(at + 1))
      break
    }
    if (arg.startsWith("-") && arg !== "-") {
      const [option = arg, value] = arg.split("=")
      const takesValue: boolean | undefined = help.options.get(option)
      if (takesValue === undefined) return `${words} has no option ${option}`
      if (takesValue && value === undefined) at++
    } else if (given.length === 0 && help.subcommands.has(arg)) {
      words = `${words} ${arg}`
      help = pages.get(words)
      if (help === undefined) return `there is no page of ${words}`
    } else given.push(arg)
  }
  const known = [...help.subcommands].join(", ")
  if (help.subcommands.size > 0 && given.length > 0) return `${words} has no command ${given[0]}, only ${known}`
  if (given.length > help.most) return `${words} takes at most ${help.most} arguments`
  if (use === "mentioned" || args.some((arg) => ["-h", "--help", "--version"].includes(arg))) return undefined
  if (help.subcommands.size > 0) return `${words} needs one of ${known}`
  if (given.length < help.fewest) return `${words} needs ${help.fewest} arguments`
  return undefined
}

function parseHelp(text: string): CommandHelp {
  const usage = /^Usage: (.*(?:\n +\S.*)*)/.exec(text)?.[1] ?? ""
  const required = [...usage.matchAll(/<[^>]+>/g)]
  const optional = [...usage.matchAll(/\[(?!options|command)[^\]]+\]/g)]
  return {
    subcommands: new Set([...section(text, "Commands").matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!)),
    options: new Map(
      [...section(text, "Options").matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)].flatMap(([, flags]) => optionsOf(flags!)),
    ),
    fewest: required.length,
    most: usage.includes("...") ? Number.POSITIVE_INFINITY : required.length + optional.length,
  }
}

function optionsOf(flags: string): [string, boolean][] {
  const takesValue = flags.includes("<")
  return [...flags.matchAll(/--?[a-z][a-z-]*/g)].map(([option]) => [option, takesValue])
}

function section(text: string, name: string): string {
  return new RegExp(`^${name}:\\n((?: {2}.*\\n?)*)`, "m").exec(text)?.[1] ?? ""
}
