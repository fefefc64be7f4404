import type { MetricChange, MetricMark } from "../documents/store.js"

/** Names in one block; inserting moves at most so many. */
const BLOCK = 1024

const HISTORIC = 1
const HIDDEN = 2

/** A run of neighbouring names with their marks. */
export interface NameBlock {
  readonly names: string[]
  readonly marks: number[]
}

/** Which marks a metric must have; `undefined` does not care. */
export interface MarkFilter {
  readonly historic?: boolean
  readonly hidden?: boolean
}

/**
 * The names of all metrics, sorted (by UTF-16 code units), with the marks "historic" and "hidden".
 *
 * It lives in memory because every question for metrics is a walk over names, and a million names are about 70 MB here
 * but a second of disk reads there. Not for concurrent walks and changes within one turn; between turns, a walk that
 * remembers the last name it saw continues with {@link blockAt}.
 */
export class NameIndex {
  readonly #blocks: NameBlock[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Put a metric in or change its marks. */
  set({ name, historic, hidden }: MetricMark): void {
    const mark = (historic ? HISTORIC : 0) | (hidden ? HIDDEN : 0)
    const last = this.#blocks.at(-1)
    if (!last || name > (last.names.at(-1) ?? "")) {
      this.#append(name, mark)
      return
    }
    const index = this.#find(name)
    const block = this.#blocks[index]!
    const at = lowerBound(block.names, name)
    if (block.names[at] === name) {
      block.marks[at] = mark
      return
    }
    block.names.splice(at, 0, name)
    block.marks.splice(at, 0, mark)
    this.#size++
    if (block.names.length > BLOCK) this.#split(index, block)
  }

  delete(name: string): void {
    const index = this.#find(name)
    const block = this.#blocks[index]
    const at = block ? lowerBound(block.names, name) : 0
    if (block?.names[at] !== name) return
    block.names.splice(at, 1)
    block.marks.splice(at, 1)
    this.#size--
    if (block.names.length === 0) this.#blocks.splice(index, 1)
  }

  apply(changes: readonly MetricChange[]): void {
    for (const change of changes) {
      if (change.gone) this.delete(change.name)
      else this.set(change)
    }
  }

  has(name: string, filter: MarkFilter = {}): boolean {
    const block = this.#blocks[this.#find(name)]
    const at = block ? lowerBound(block.names, name) : 0
    return block?.names[at] === name && isMarked(block.marks[at] ?? 0, filter)
  }

  /** The block in which names not before `name` begin, and where in it; `undefined` behind the last name. */
  blockAt(name: string): { block: NameBlock; at: number } | undefined {
    const index = this.#find(name)
    const block = this.#blocks[index]
    if (!block) return undefined
    const at = lowerBound(block.names, name)
    if (at < block.names.length) return { block, at }
    const next = this.#blocks[index + 1]
    return next && { block: next, at: 0 }
  }

  /** The block that has `name` or would get it: the last one that begins at or before it, else the first. */
  #find(name: string): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#blocks[middle]?.names[0] ?? "") <= name) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  /** Names that come in order fill block after block, which is how an index is read from disk. */
  #append(name: string, mark: number): void {
    const last = this.#blocks.at(-1)
    if (last && last.names.length < BLOCK) {
      last.names.push(name)
      last.marks.push(mark)
    } else this.#blocks.push({ names: [name], marks: [mark] })
    this.#size++
  }

  #split(index: number, block: NameBlock): void {
    const at = BLOCK >>> 1
    this.#blocks.splice(index + 1, 0, { names: block.names.splice(at), marks: block.marks.splice(at) })
  }
}

/** Whether marks pass a filter. */
export function isMarked(mark: number, { historic, hidden }: MarkFilter): boolean {
  if (historic !== undefined && historic !== ((mark & HISTORIC) !== 0)) return false
  return hidden === undefined || hidden === ((mark & HIDDEN) !== 0)
}

/** The first place in sorted `names` whose name is not before `name`. */
export function lowerBound(names: readonly string[], name: string): number {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((names[middle] ?? "") < name) low = middle + 1
    else high = middle
  }
  return low
}
