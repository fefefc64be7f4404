import type { Command } from "commander"

/** Columns that the help in the documentation is wrapped to. */
const WIDTH = 80

/** The help of `program` and all commands below it, by the words that ask for it, as `--help` prints it at 80 columns. */
export function helpTexts(program: Command): Map<string, string> {
  const texts = new Map<string, string>()
  const collect = (command: Command, words: string): void => {
    let text = ""
    const writeOut = (part: string): void => {
      text += part
    }
    command.configureOutput({ ...command.configureOutput(), writeOut, getOutHelpWidth: () => WIDTH })
    command.outputHelp()
    texts.set(words, text.trimEnd())
    for (const each of command.commands) collect(each, `${words} ${each.name()}`)
  }
  collect(program, "metricq")
  return texts
}
