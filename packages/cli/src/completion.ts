import type { Command } from "commander"

/** Shells that `metricq completion` knows. */
export const shells = ["bash", "zsh", "fish"] as const
export type Shell = (typeof shells)[number]

/**
 * What could stand in the place of the last of `words`: commands, options, the choices of an option or argument.
 *
 * `words` are those after `metricq`; the last is what has been typed of the word in question, perhaps nothing. Where a file may
 * stand, the answer is empty and the shell offers files.
 */
export function complete(program: Command, words: readonly string[]): string[] {
  const typed = words.at(-1) ?? ""
  let command = program
  let argument = 0
  let awaiting: string | undefined
  for (const word of words.slice(0, -1)) {
    if (awaiting !== undefined) awaiting = undefined
    else if (word.startsWith("-")) awaiting = takesValue(command, word) ? word : undefined
    else {
      const next = command.commands.find((each) => each.name() === word)
      if (next) command = next
      else argument += 1
    }
  }
  return candidates(command, argument, awaiting, typed)
    .filter((candidate) => candidate.startsWith(typed))
    .sort()
}

function candidates(command: Command, argument: number, awaiting: string | undefined, typed: string): string[] {
  if (awaiting !== undefined) return [...(findOption(command, awaiting)?.argChoices ?? [])]
  if (typed.startsWith("-"))
    return command.options.filter((option) => !option.hidden).map((option) => option.long ?? "")
  const visible = command.createHelp().visibleCommands(command)
  return [...visible.map((each) => each.name()), ...(command.registeredArguments[argument]?.argChoices ?? [])]
}

function findOption(command: Command, flag: string): Command["options"][number] | undefined {
  return command.options.find((option) => option.long === flag || option.short === flag)
}

function takesValue(command: Command, word: string): boolean {
  if (word.includes("=")) return false
  const option = findOption(command, word)
  return option !== undefined && (option.required || option.optional)
}

/** The text that a shell reads to complete `metricq`: it asks `metricq completion --words` for each word. */
export function completionScript(shell: Shell): string {
  return scripts[shell]
}

const scripts: Record<Shell, string> = {
  bash: `# metricq completion bash: put this line into ~/.bashrc:  source <(metricq completion bash)
_metricq() {
  local IFS=$'\\n'
  COMPREPLY=($(metricq completion --words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _metricq metricq
`,
  zsh: `#compdef metricq
# metricq completion zsh: put this line into ~/.zshrc, below compinit:  source <(metricq completion zsh)
_metricq() {
  local -a found
  found=("\${(@f)$(metricq completion --words "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then compadd -a found; else _files; fi
}
compdef _metricq metricq
`,
  fish: `# metricq completion fish: save as ~/.config/fish/completions/metricq.fish
complete -c metricq -a '(metricq completion --words (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
}
