/** What BMCs are asked by one program, and what its answer means. */
export interface Query {
  /** The program. */
  readonly command: string
  /** Its parameters that do not depend on the hosts. */
  readonly parameters: readonly string[]
  /** Further ones where nothing is known of the BMC yet, or no longer. */
  readonly firstParameters: readonly string[]
  /** Words at the end of the command line. */
  readonly tail: readonly string[]
  /** What the operator must allow beside the program. */
  readonly restricted: readonly string[]
  /** A complete answer has no fewer lines. */
  readonly fewestLines: number
  /** The answer of a BMC, of the lines about it. */
  read(lines: readonly string[]): Answer
}

/** What a BMC has answered. */
export interface Answer {
  /** Values by the last parts of the metrics' names. NaN: the BMC knows none now. */
  readonly values: ReadonlyMap<string, number>
  /** What it has not told though it should; `undefined` if the answer is complete. */
  readonly missing: string | undefined
  /** Records of its sensors, as `ipmi-sensors -r` takes them; empty if there is no such way to be quick. */
  readonly recordIds: string
  /** Values that could not be made, by the last part of the name. */
  readonly problems?: ReadonlyMap<string, unknown>
}

/** A metric of a query: what its value is made of, and into. */
export interface ValueSettings {
  readonly scale?: number | undefined
  readonly offset: number
}

export function scaled(value: number, { scale = 1, offset }: ValueSettings): number {
  return value * scale + offset
}
