/** Who has a name: an object, as a job of this key names it. */
export interface NameOwner {
  readonly job: string
  readonly object: string
}

/** Which object has which metric: no two may have the same. */
export class NameClaims {
  readonly #owners = new Map<string, NameOwner>()

  /** Gives a name to `owner`, if no other has it; the object that has it now. */
  claim(name: string, owner: NameOwner): string {
    const { job, object } = this.#owners.get(name) ?? owner
    if (job === owner.job && object === owner.object) this.#owners.set(name, owner)
    return object
  }

  /** Forgets what belongs to jobs that are no longer there. */
  keep(jobs: ReadonlySet<string>): void {
    for (const [name, { job }] of this.#owners) if (!jobs.has(job)) this.#owners.delete(name)
  }
}
