import type { JsonObject } from "@metricq/protocol"
import { SvelteSet } from "svelte/reactivity"
import { documentText } from "../json-document.js"
import { type DifferenceLine, lineDifferences } from "../line-differences.js"
import { bundleApi, type ImportPlan, type ImportResult, type PlanItem } from "./bundle-api.js"
import { type ChosenFile, readImport } from "./import-files.js"

/** An item of the plan with the lines that would change. */
export interface ShownItem extends PlanItem {
  lines: DifferenceLine[]
}

/** An import at the page: files are chosen, compared, chosen from, and stored. Reactive. */
export class BundleImport {
  /** Names of the files. */
  names: string[] = $state.raw([])
  plan: ImportPlan | undefined = $state.raw()
  /** Tokens that are to be stored. */
  readonly chosen = new SvelteSet<string>()
  /** What became of each; undefined while nothing was stored. */
  results: ReadonlyMap<string, ImportResult> | undefined = $state.raw()
  isBusy = $state(false)
  trouble: unknown = $state()
  #configs: ReadonlyMap<string, JsonObject> = new Map()

  readonly items: ShownItem[] = $derived(
    (this.plan?.items ?? []).filter(({ state }) => state !== "same").map((item) => ({ ...item, lines: linesOf(item) })),
  )
  readonly same: string[] = $derived(
    (this.plan?.items ?? []).filter(({ state }) => state === "same").map(({ token }) => token),
  )

  /** Read files and compare them with what is stored; those without errors are chosen. */
  async open(files: readonly ChosenFile[]): Promise<void> {
    this.names = files.map(({ name }) => name)
    this.plan = undefined
    await this.#attempt(async () => {
      this.#configs = readImport(files)
      await this.#compare()
    })
  }

  /** Compare again: somebody else has changed something. */
  async again(): Promise<void> {
    await this.#attempt(() => this.#compare())
  }

  toggle(token: string): void {
    if (!this.chosen.delete(token)) this.chosen.add(token)
  }

  async store(note: string, apply: boolean): Promise<void> {
    await this.#attempt(async () => {
      const wanted = this.items.filter(({ token }) => this.chosen.has(token))
      const revisions = Object.fromEntries(wanted.map(({ token, revision }) => [token, revision]))
      const results = await bundleApi.import(this.#configs, { revisions, apply, ...(note !== "" && { note }) })
      this.results = new Map(results.map((result) => [result.token, result]))
    })
  }

  async #compare(): Promise<void> {
    this.results = undefined
    this.plan = await bundleApi.plan(this.#configs)
    this.chosen.clear()
    for (const { token, errors } of this.items) if (errors.length === 0) this.chosen.add(token)
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.trouble = undefined
    this.isBusy = true
    try {
      await work()
    } catch (error) {
      this.trouble = error
    } finally {
      this.isBusy = false
    }
  }
}

function linesOf({ before, after }: PlanItem): DifferenceLine[] {
  return lineDifferences(before === undefined ? "" : documentText(before), documentText(after))
}
