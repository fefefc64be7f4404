import { SvelteSet } from "svelte/reactivity"
import type { MetricQuery } from "../../api.js"
import type { MetricTarget } from "./metric-target.js"

/**
 * The metrics that are ticked. Either some names, which stay whatever else is looked for, or all that a query finds – also what has not
 * been loaded – without some. Reactive.
 */
export class Selection {
  /** The names that are ticked; with {@link Selection.all}, those that are not. */
  readonly #names = new SvelteSet<string>()
  all: { query: MetricQuery; total: number } | undefined = $state.raw()

  get size(): number {
    return this.all === undefined ? this.#names.size : Math.max(0, this.all.total - this.#names.size)
  }

  has(name: string): boolean {
    return this.#names.has(name) !== (this.all !== undefined)
  }

  set(name: string, isTicked: boolean): void {
    if (isTicked === (this.all === undefined)) this.#names.add(name)
    else this.#names.delete(name)
  }

  toggle(name: string): void {
    this.set(name, !this.has(name))
  }

  /** All that a query finds; `total` is how many that are. */
  setAll(query: MetricQuery, total: number): void {
    this.#names.clear()
    this.all = { query, total }
  }

  clear(): void {
    this.#names.clear()
    this.all = undefined
  }

  /** As it is now, for something to be done with. */
  target(): MetricTarget {
    const names = [...this.#names]
    return this.all === undefined ? { names } : { ...this.all, except: names }
  }
}
