/** The simple commands of a shell text, as words, with quotes taken off and comments left out. */
export function shellCommands(text: string): string[][] {
  const commands: string[][] = []
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    let words: string[] = []
    const end = () => {
      if (words.length > 0) commands.push(words)
      words = []
    }
    for (const [token] of line.matchAll(/'[^']*'|"[^"]*"|&&|\|\|?|;|&|#.*|[^\s'"|;&#][^\s'"|;&]*/g)) {
      if (token.startsWith("#")) break
      if (/^(&&|\|\|?|;|&)$/.test(token)) end()
      else words.push(token.replace(/^(['"])([\s\S]*)\1$/, "$2"))
    }
    end()
  }
  return commands
}

/** The arguments that a command hands to `metricq`, or undefined if it does not call it. */
export function metricqArguments(words: readonly string[]): string[] | undefined {
  const plain = words.filter((word, at) => at > 0 || !/^[A-Z_]+=/.test(word))
  if (plain[0] === "metricq") return plain.slice(1)
  if (plain[0] === "npx" && plain[1] === "metricq") return plain.slice(2)
  if (plain[0] === "npm" && plain[1] === "start") return ["up", ...plain.slice(2).filter((word) => word !== "--")]
  return undefined
}
