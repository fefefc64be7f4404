import { SvelteSet } from "svelte/reactivity"
import type { ClientRecord } from "../clients/client-info.js"
import type { ComparedText, Comparison } from "./comparison.js"
import { type ApplyAnswer, configApi, type StoredConfig } from "./config-api.js"
import { Draft } from "./draft.svelte.js"
import { Effect } from "./effect.svelte.js"
import { formulasOf } from "./formulas.js"
import { documentText, editAt, type Path, placeOf, renameAt } from "./json-document.js"
import { type DifferenceLine, lineDifferences } from "./line-differences.js"
import { runningVersion } from "./running-version.js"

/** A part of the page behind a tab. */
export type Panel = "form" | "formulas" | "versions" | "document" | "differences" | "effect"

const RIGHT: readonly Panel[] = ["document", "differences", "effect"]

/** What the page is asking its reader. */
export type Question =
  | { kind: "save" | "apply" | "delete" }
  | { kind: "restore"; version: number; text: string }
  | { kind: "merge"; base: StoredConfig | undefined; theirs: StoredConfig | undefined }

/** The page of a configuration: its draft, which panels are shown, what it is compared with, what is asked and answered. Reactive. */
export class ConfigurationView {
  readonly draft: Draft
  readonly effect: Effect
  /** The client as the list has it; set by the page. */
  client: ClientRecord | undefined = $state.raw()
  left: Panel = $state("form")
  right: Panel = $state("document")
  /** The one panel where there is room for one. */
  single: Panel = $state("form")
  compared: ComparedText | undefined = $state.raw()
  question: Question | undefined = $state.raw()
  answer: ApplyAnswer | "sending" | undefined = $state.raw()
  trouble: unknown = $state()
  /** Names of metrics whose formula is being typed and is none yet: the document has what it was before. */
  readonly unfinished = new SvelteSet<string>()
  /** Brings a position of the text into sight; set by the editor's owner. */
  goTo: ((position: number) => void) | undefined

  readonly formulas = $derived.by(() => (this.draft.parsed.ok ? formulasOf(this.draft.parsed.value) : undefined))
  readonly isUp = $derived(this.client?.state === "up")
  readonly running = $derived(runningVersion(this.client?.configuration))
  readonly leftPanels: Panel[] = $derived(
    this.formulas || this.left === "formulas" ? ["form", "formulas", "versions"] : ["form", "versions"],
  )
  readonly rightPanels: readonly Panel[] = RIGHT
  readonly lines: DifferenceLine[] = $derived.by(() =>
    this.compared ? lineDifferences(this.compared.text, this.draft.text) : this.draft.differences,
  )

  constructor(token: string) {
    this.draft = new Draft(token)
    this.effect = new Effect(this.draft)
  }

  /** Read everything; see `Draft.load`. What is all formulas begins with them. */
  async load(template: string | undefined): Promise<void> {
    await this.draft.load(template)
    if (this.formulas && this.draft.form === undefined) this.show("formulas")
    if (this.draft.stored === undefined && this.draft.versions.length > 0 && template === undefined)
      this.show("versions")
  }

  show(panel: Panel): void {
    this.single = panel
    if (RIGHT.includes(panel)) this.right = panel
    else this.left = panel
  }

  showPlace(path: Path): void {
    const { parsed } = this.draft
    if (parsed.ok) this.showPosition(placeOf(parsed.root, path).from)
  }

  showPosition(position: number): void {
    this.show("document")
    requestAnimationFrame(() => this.goTo?.(position))
  }

  set(path: Path, value: unknown): void {
    this.draft.edit(editAt(this.draft.text, path, value))
  }

  rename(path: Path, name: string): void {
    this.draft.edit(renameAt(this.draft.text, path, name))
  }

  /** Show the document against something else. */
  async compare(comparison: Comparison): Promise<void> {
    await this.attempt(async () => {
      const version = comparison === "running" ? this.running : comparison === "stored" ? undefined : comparison
      this.compared = version === undefined ? undefined : { comparison, version, text: await this.#textOf(version) }
      this.show("differences")
    })
  }

  async askRestore(version: number): Promise<void> {
    await this.attempt(async () => {
      this.question = { kind: "restore", version, text: await this.#textOf(version) }
    })
  }

  ask(kind: "save" | "apply" | "delete"): void {
    this.question = { kind }
  }

  /** Do what was asked, with a note; rejects as the API, and the question stays then. */
  async done(note: string): Promise<void> {
    const { question, draft } = this
    if (question?.kind === "restore") await draft.restore(question.version, note)
    else if (question?.kind === "delete") await draft.remove()
    else await draft.save(note)
    this.compared = undefined
    this.answer = undefined
    if (this.right !== "document") this.show("document")
    if (question?.kind === "apply") void this.apply()
  }

  /** Somebody else was faster: show what they have made, and what both come to. */
  async askMerge(): Promise<void> {
    const base = this.draft.stored
    this.question = undefined
    await this.attempt(async () => {
      const isThere = (await configApi.list()).some(({ token }) => token === this.draft.token)
      const theirs = isThere ? await configApi.read(this.draft.token) : undefined
      this.question = { kind: "merge", base, theirs }
    })
  }

  /** Go on with what both have come to. */
  async takeMerged(value: unknown): Promise<void> {
    this.question = undefined
    await this.attempt(() => this.draft.rebase(documentText(value)))
    this.compared = undefined
    this.show("differences")
  }

  async apply(): Promise<void> {
    this.answer = "sending"
    await this.attempt(async () => {
      this.answer = await configApi.apply(this.draft.token)
    })
    if (this.answer === "sending") this.answer = undefined
  }

  /** Do something whose failure is shown at the top of the page. */
  async attempt(work: () => Promise<void>): Promise<void> {
    this.trouble = undefined
    try {
      await work()
    } catch (error) {
      this.trouble = error
    }
  }

  async #textOf(version: number): Promise<string> {
    return documentText((await configApi.read(this.draft.token, version)).config)
  }
}
