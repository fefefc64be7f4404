import { Command, Help, type Option } from "commander"

/** Options that can be given more than once, which a variable cannot. */
const REPEATED = new Set(["--user", "--select", "--exclude", "--unset"])

/**
 * A command of ours: each of its options with a value can also be given as an environment variable, `--amqp-port` as
 * `METRICQ_AMQP_PORT`, and wrong usage is told in one line that says where to read more.
 */
export class MetricqCommand extends Command {
  constructor(name?: string) {
    super(name)
    this.exitOverride()
    this.helpOption("-h, --help", "print this help")
    this.helpCommand(false)
    this.configureHelp({ optionDescription: describeOption })
    this.#tellWrongUsage()
  }

  override createCommand(name?: string): MetricqCommand {
    return new MetricqCommand(name)
  }

  override addOption(option: Option): this {
    const takesValue = option.required || option.optional
    if (takesValue && option.long && !REPEATED.has(option.long)) option.env(variableOf(option.long))
    return super.addOption(option)
  }

  override copyInheritedSettings(parent: Command): this {
    super.copyInheritedSettings(parent)
    this.#tellWrongUsage()
    return this
  }

  #tellWrongUsage(): void {
    this.configureOutput({ outputError: (text, write) => write(usageLine(text, this.#words())) })
  }

  #words(): string {
    const words: string[] = []
    for (let at: Command | null = this; at; at = at.parent) words.unshift(at.name())
    return words.join(" ")
  }
}

function variableOf(flag: string): string {
  return `METRICQ_${flag.slice(2).replaceAll("-", "_").toUpperCase()}`
}

/** `error: unknown option '--x'\n(Did you mean --y?)` as one line of ours. */
function usageLine(text: string, command: string): string {
  const problem = text
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")
    .trim()
  return `metricq: ${problem}; see ${command} --help\n`
}

/** The environment is told once, in the help of `metricq`; with each option it would be noise. */
function describeOption(option: Option): string {
  const shown: Option = Object.create(option, { envVar: { value: undefined } })
  return Help.prototype.optionDescription.call(new Help(), shown)
}
