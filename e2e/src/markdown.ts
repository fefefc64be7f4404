/** A fenced code block of a Markdown file. */
export interface CodeBlock {
  /** Path of its file from the root of the repository. */
  file: string
  /** Line of the file that its code begins on, counted from 1. */
  line: number
  /** First word behind the fence; "" if there is none. */
  language: string
  /** What follows as `name="value"`, such as the title. */
  attributes: Record<string, string>
  code: string
}

/** The fenced code blocks of a Markdown text, in their order; the indentation of a fence is taken off its lines. */
export function codeBlocks(file: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  const lines = text.split("\n")
  for (let at = 0; at < lines.length; at++) {
    const [, indent = "", fence, language = "", rest = ""] = /^( *)(`{3,}|~{3,})(\S*)(.*)$/.exec(lines[at]!) ?? []
    if (fence === undefined) continue
    const begin = at + 1
    const isEnd = (line: string) => line.trim() === fence
    while (++at < lines.length && !isEnd(lines[at]!));
    if (at === lines.length) throw new Error(`${file}:${begin}: this code block has no end`)
    const code = lines
      .slice(begin, at)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trim()))
    blocks.push({ file, line: begin + 1, language, attributes: attributesOf(rest), code: `${code.join("\n")}\n` })
  }
  return blocks
}

/** The text without its code blocks, whose lines are left empty so that the others keep their numbers. */
export function prose(text: string): string {
  return text.replace(/^( *)(`{3,}|~{3,})[\s\S]*?^ *\2 *$/gm, (block) => block.replace(/[^\n]/g, ""))
}

/** What stands in `code spans`, outside of code blocks. */
export function codeSpans(text: string): string[] {
  return [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!)
}

/** Targets of the links, outside of code blocks. */
export function links(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!)
}

/** Anchors of the headings, as GitHub makes them. */
export function anchors(text: string): Set<string> {
  const headings = [...prose(text).matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => heading!)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, "")
        .replaceAll(" ", "-"),
    ),
  )
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]))
}
