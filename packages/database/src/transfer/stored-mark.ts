/** Tells up to where everything is stored, while pieces that follow each other are stored in any order. */
export class StoredMark<Position> {
  readonly #onAdvance: (position: Position) => void
  readonly #pieces: { readonly end: Position; missing: number }[] = []

  /** @param onAdvance called with the end of a piece once it and all before it are stored; ends that are overtaken are left out */
  constructor(onAdvance: (position: Position) => void) {
    this.#onAdvance = onAdvance
  }

  /**
   * Announce the next piece.
   *
   * @param parts how often the function returned has to be called until it is stored; with none it is already
   */
  next(end: Position, parts = 1): () => void {
    const piece = { end, missing: parts }
    this.#pieces.push(piece)
    if (parts === 0) this.#advance()
    return () => {
      piece.missing -= 1
      if (piece.missing === 0) this.#advance()
    }
  }

  #advance(): void {
    let stored: { readonly end: Position } | undefined
    while (this.#pieces[0]?.missing === 0) stored = this.#pieces.shift()
    if (stored) this.#onAdvance(stored.end)
  }
}
