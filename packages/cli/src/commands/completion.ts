import { Argument, type Command } from "commander"
import { completionScript, type Shell, shells } from "../completion.js"
import { UsageError } from "../errors.js"
import { withExamples } from "../options/common.js"

/** Adds `metricq completion`: scripts that complete commands and options in a shell. */
export function addCompletion(program: Command): void {
  const command = program
    .command("completion")
    .description("print a script that completes metricq's commands and options in your shell")
    .addArgument(new Argument("[shell]", "your shell").choices(shells))
    .action((shell: Shell | undefined) => {
      if (!shell) throw new UsageError(`name your shell: metricq completion ${shells.join("|")}`)
      process.stdout.write(completionScript(shell))
    })
  withExamples(command, [
    ["source <(metricq completion bash)", "in ~/.bashrc"],
    ["source <(metricq completion zsh)", "in ~/.zshrc, below compinit"],
    ["metricq completion fish > ~/.config/fish/completions/metricq.fish", ""],
  ])
}
