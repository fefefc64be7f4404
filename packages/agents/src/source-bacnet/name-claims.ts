/** Which object has which metric: no two may have the same. */
export class NameClaims {
  readonly #owners = new Map<string, string>()

  /** Whether `owner` has the name now; if not, who has it. */
  claim(name: string, owner: string): true | string {
    const other = this.#owners.get(name)
    if (other !== undefined && other !== owner) return other
    this.#owners.set(name, owner)
    return true
  }

  /** Forgets what belongs to owners that are no longer there. */
  keep(isThere: (owner: string) => boolean): void {
    for (const [name, owner] of this.#owners) if (!isThere(owner)) this.#owners.delete(name)
  }
}
