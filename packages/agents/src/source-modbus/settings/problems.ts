/** Where in a configuration something stands. */
export type Path = readonly (string | number)[]

/** What is wrong there; completes "expected …". */
export interface Problem {
  readonly path: Path
  readonly expected: string
}

/** Collects what is wrong in a configuration. */
export class Problems {
  readonly found: Problem[] = []

  add(path: Path, expected: string): void {
    this.found.push({ path, expected })
  }
}
