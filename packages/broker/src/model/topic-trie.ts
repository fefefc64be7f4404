import type { Destination, Route } from "./binding.js"

/** A place in the tree of patterns: the words from the root to here. */
class Node {
  readonly words = new Map<string, Node>()
  star: Node | undefined
  hash: Node | undefined
  readonly destinations: Destination[] = []
  /** Reached through `#`: it stays reached whatever words follow. */
  readonly isHash: boolean
  /** Number of the step in which it was last reached, so that no step visits it twice. */
  step = 0

  constructor(isHash: boolean) {
    this.isHash = isHash
  }

  get isEmpty(): boolean {
    return this.destinations.length === 0 && this.words.size === 0 && !this.star && !this.hash
  }
}

/**
 * Topic patterns with wildcards: `*` stands for one word, `#` for any number of words, none included.
 *
 * A key is matched word by word against all patterns at once. No place of the tree is visited twice for one word, so patterns
 * like `#.a.#.a.#` cost no more than their length times that of the key.
 */
export class TopicTrie {
  readonly #root = new Node(false)
  #step = 0
  #reached: Node[] = []
  #next: Node[] = []
  #size = 0

  /** Bindings held. */
  get size(): number {
    return this.#size
  }

  add(pattern: string, destination: Destination): void {
    let node = this.#root
    for (const word of pattern.split(".")) node = childFor(node, word)
    node.destinations.push(destination)
    this.#size++
  }

  /** Removes one binding that `add` made; does nothing if there is none. */
  remove(pattern: string, destination: Destination): void {
    if (this.#removeBelow(this.#root, pattern.split("."), 0, destination)) this.#size--
  }

  #removeBelow(node: Node, words: string[], depth: number, destination: Destination): boolean {
    if (depth === words.length) {
      const at = node.destinations.indexOf(destination)
      if (at >= 0) node.destinations.splice(at, 1)
      return at >= 0
    }
    const word = words[depth] as string
    const child = childOf(node, word)
    if (child === undefined || !this.#removeBelow(child, words, depth + 1, destination)) return false
    if (child.isEmpty) dropChild(node, word)
    return true
  }

  /** Adds to the route all destinations whose pattern matches the key. */
  match(key: string, route: Route): void {
    this.#step++
    this.#reached.length = 0
    this.#reach(this.#root, this.#reached, route)
    // The empty key has no words; any other has one more than dots.
    for (let start = 0; key !== "" && this.#reached.length > 0; ) {
      const dot = key.indexOf(".", start)
      this.#advance(dot < 0 ? key.slice(start) : key.slice(start, dot), route)
      if (dot < 0) break
      start = dot + 1
    }
    for (const node of this.#reached) route.addAll(node.destinations)
  }

  #advance(word: string, route: Route): void {
    this.#step++
    const next = this.#next
    next.length = 0
    for (const node of this.#reached) {
      if (node.isHash) this.#reach(node, next, route)
      const exact = node.words.get(word)
      if (exact !== undefined) this.#reach(exact, next, route)
      if (node.star !== undefined) this.#reach(node.star, next, route)
    }
    this.#next = this.#reached
    this.#reached = next
  }

  /** Notes a node as reached, and with it what follows through a `#` that stands for no word. */
  #reach(from: Node, into: Node[], route: Route): void {
    for (let node: Node | undefined = from; node !== undefined; node = node.hash) {
      if (node.step === this.#step) return
      node.step = this.#step
      // Nothing follows this `#`: it matches whatever comes, and need not be carried along.
      if (node.isHash && node.words.size === 0 && !node.star && !node.hash) route.addAll(node.destinations)
      else into.push(node)
    }
  }
}

function childOf(node: Node, word: string): Node | undefined {
  if (word === "#") return node.hash
  return word === "*" ? node.star : node.words.get(word)
}

function childFor(node: Node, word: string): Node {
  const known = childOf(node, word)
  if (known !== undefined) return known
  const child = new Node(word === "#")
  if (word === "#") node.hash = child
  else if (word === "*") node.star = child
  else node.words.set(word, child)
  return child
}

function dropChild(node: Node, word: string): void {
  if (word === "#") node.hash = undefined
  else if (word === "*") node.star = undefined
  else node.words.delete(word)
}
