/**
 * Source of the regular expression of a glob, made so that no glob takes long on any name.
 *
 * A glob is cut at its `**` into sections; a section is literals with `*` between them. As `**` runs over anything, it is always right to take
 * the first place where a section fits; and within a section, as `*` runs over anything but dots, the first place of each literal.
 * So once found, a literal or section need never be given up again. JavaScript has no atomic groups to say so, but what a lookahead has
 * captured is never searched anew: `(?=(x))\1`. Only the last section must reach the end of the name and is searched freely.
 */
export function globSource(pattern: string): string {
  if (/^\*\*(?:\.\*\*)*$/.test(pattern)) return `^${ANYTHING}*$`
  const { sections, end } = cut(pattern)
  const atoms = new Atoms()
  const parts = sections.map(({ gap, literals }, i) => {
    if (i === sections.length - 1) return gap + lastSection(literals, atoms)
    return gap === "" ? section(literals, atoms) : atoms.atom(() => gap + section(literals, atoms))
  })
  return `^${parts.join("")}${end}$`
}

/** Any character; `[^]` would be shorter, but only JavaScript knows it, and managers of others read our expressions, too. */
const ANYTHING = "[\\s\\S]"
const ACROSS = `${ANYTHING}*?`
const COMPONENTS = `(?:${ANYTHING}*?\\.)??`
const WITHIN = "[^.]*"

/** Literals with `*` between them, and what leads from the section before to the first of them. */
interface Section {
  gap: string
  literals: string[]
}

/** Cuts at `**`: whole components of it take their dots with them, so that there may be none of them. */
function cut(pattern: string): { sections: Section[]; end: string } {
  let rest = pattern.replace(/(?<=^|\.)\*\*(?:\.\*\*)+(?=\.|$)/g, "**")
  let end = ""
  if (rest.endsWith(".**")) {
    rest = rest.slice(0, -3)
    end = `(?:\\.${ANYTHING}*)?`
  }
  const sections: Section[] = []
  const separators = /(?<=^|\.)\*\*\.|\*{2,}/g
  let gap = ""
  let at = 0
  for (const match of rest.matchAll(separators)) {
    if (match.index > 0) sections.push({ gap, literals: rest.slice(at, match.index).split("*") })
    gap = match[0].endsWith(".") ? COMPONENTS : ACROSS
    at = match.index + match[0].length
  }
  sections.push({ gap, literals: rest.slice(at).split("*") })
  return { sections, end }
}

function section([first, ...others]: string[], atoms: Atoms): string {
  return escapeRegExp(first!) + others.map((literal) => atoms.atom(() => `${WITHIN}?${escapeRegExp(literal)}`)).join("")
}

function lastSection(literals: string[], atoms: Atoms): string {
  if (literals.length === 1) return escapeRegExp(literals[0]!)
  return `${section(literals.slice(0, -1), atoms)}${WITHIN}${escapeRegExp(literals.at(-1)!)}`
}

/** Numbers the groups in the order of their opening brackets. */
class Atoms {
  #count = 0

  atom(source: () => string): string {
    this.#count += 1
    const number = this.#count
    return `(?=(${source()}))(?:\\${number})`
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
}
