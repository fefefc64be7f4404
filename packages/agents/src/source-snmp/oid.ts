/** Longest that an OID may be, by its standard. */
const MAX_PARTS = 128

/** Whether a text is an OID of numbers, such as `.1.3.6.1.2.1.1.3.0`; the leading dot may be missing. */
export function isOid(text: string): boolean {
  if (!/^\.?\d{1,10}(\.\d{1,10})+$/.test(text)) return false
  const [first = 3, second = 40, ...others] = partsOf(plainOid(text))
  if (others.length + 2 > MAX_PARTS || others.some((part) => part >= 2 ** 32)) return false
  return first < 2 ? second < 40 : first === 2 && second < 2 ** 32 - 80
}

/** An OID without the leading dot, as it goes over the wire. */
export function plainOid(text: string): string {
  return text.startsWith(".") ? text.slice(1) : text
}

/** The part of an OID below `parent`: `7.1` for `1.3.7.1` below `1.3`. `undefined` if it is not below. */
export function indexBelow(parent: string, oid: string): string | undefined {
  return oid.startsWith(`${parent}.`) ? oid.slice(parent.length + 1) : undefined
}

/** Negative if `a` comes before `b` in the tree, zero if they are the same, else positive. */
export function compareOids(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function partsOf(oid: string): number[] {
  return oid.split(".").map(Number)
}
