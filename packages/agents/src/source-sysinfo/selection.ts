import { globToRegExp } from "@metricq/client"

/** Which devices of a group to measure, by globs on their component of the metric name. */
export interface SelectionPatterns {
  /** Only these; without it, the choice of the group. */
  readonly include?: readonly string[] | undefined
  /** Not these, also where `include` names them. */
  readonly exclude?: readonly string[] | undefined
}

/** A choice among the devices of a group. */
export interface Choice {
  /** Whether to measure the device of this name; `byDefault` is the group's own choice. */
  chosen(name: string, byDefault: boolean): boolean
}

/** What a group that is switched off measures. */
export const nothing: Choice = { chosen: () => false }

/** The choice by globs: `include` replaces the group's own choice, `exclude` takes away from either. */
export class Selection implements Choice {
  readonly #include: RegExp[] | undefined
  readonly #exclude: RegExp[]

  /** @throws {DataError} if a pattern is none */
  constructor(patterns: SelectionPatterns = {}) {
    this.#include = patterns.include?.map((pattern) => globToRegExp(pattern))
    this.#exclude = (patterns.exclude ?? []).map((pattern) => globToRegExp(pattern))
  }

  chosen(name: string, byDefault: boolean): boolean {
    const included = this.#include?.some((pattern) => pattern.test(name)) ?? byDefault
    return included && !this.#exclude.some((pattern) => pattern.test(name))
  }
}
