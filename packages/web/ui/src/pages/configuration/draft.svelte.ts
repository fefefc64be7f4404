import { type ConfigVersion, configApi, type KindDetails, type StoredConfig } from "./config-api.js"
import { applyEdits, documentText, lineAt, parseDocument, type TextEdit } from "./json-document.js"
import { differenceCounts, lineDifferences } from "./line-differences.js"
import { type PlacedProblem, type Problem, placed, problemOf } from "./problem-places.js"
import { formOf } from "./schema-form.js"

/** Texts that were changed but not saved, by token: they outlive a walk to another page, not the window. */
const unsaved = new Map<string, { text: string; revision: string | null }>()
const MOST_UNSAVED = 50

const CHECK_AFTER_MS = 250

/** A configuration while it is edited: what is stored, what is written, and what is wrong with that. Reactive. */
export class Draft {
  readonly token: string
  /** The stored one; undefined as long as there is none. */
  stored: StoredConfig | undefined = $state.raw()
  versions: ConfigVersion[] = $state.raw([])
  /** Whether everything has been read that there is to read. */
  isLoaded = $state(false)
  /** What reading or checking has failed with. */
  trouble: unknown = $state()
  kind: KindDetails | undefined = $state.raw()
  text = $state("")
  /** What the check of the kind has found, for `checkedText`. */
  found: Problem[] = $state.raw([])
  #checkedText: string | undefined = $state()

  readonly storedText = $derived(this.stored === undefined ? "" : documentText(this.stored.config))
  readonly parsed = $derived(parseDocument(this.text))
  readonly isChanged = $derived(this.stored === undefined || this.text !== this.storedText)
  readonly differences = $derived(lineDifferences(this.storedText, this.text))
  readonly counts = $derived(differenceCounts(this.differences))
  readonly form = $derived(this.kind && this.parsed.ok ? formOf(this.kind.schema, this.parsed.value) : undefined)
  readonly problems: PlacedProblem[] = $derived(this.parsed.ok ? placed(this.parsed.root, this.found) : [])
  readonly errors = $derived(this.problems.filter(({ severity }) => severity === "error"))
  readonly isChecked = $derived(this.#checkedText === this.text)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(token: string) {
    this.token = token
  }

  /** Read what is stored. Without anything stored, `template` names the kind whose sample the text begins as. */
  async load(template?: string): Promise<void> {
    this.trouble = undefined
    try {
      await this.#loadStored()
      const kept = unsaved.get(this.token)
      if (kept !== undefined && kept.revision === (this.stored?.revision ?? null)) this.text = kept.text
      else if (this.stored !== undefined) this.text = this.storedText
      else this.text = await textOf(template)
      await this.check()
      this.isLoaded = true
    } catch (error) {
      this.trouble = error
    }
  }

  /** Write something else; the check follows shortly after. */
  write(text: string): void {
    if (text === this.text) return
    this.text = text
    this.#keep()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.check().catch((error) => {
        this.trouble = error
      })
    }, CHECK_AFTER_MS)
  }

  edit(edits: readonly TextEdit[]): void {
    this.write(applyEdits(this.text, edits))
  }

  /** Back to what is stored. */
  discard(): void {
    this.write(this.storedText)
  }

  /** Number of the stored version, as far as it is known. */
  get version(): number | undefined {
    return this.versions.find(({ revision }) => revision === this.stored?.revision)?.version
  }

  /** Line, from 1, of a position. */
  lineOf(position: number): number {
    return lineAt(this.text, position)
  }

  /** Check the text against its kind. What is no JSON has nothing else to be found. */
  async check(): Promise<void> {
    const { text, parsed } = this
    if (!parsed.ok) return
    const answer = await configApi.check(this.token, parsed.value)
    if (text !== this.text) return
    this.found = [
      ...answer.errors.map((line) => problemOf(line, "error")),
      ...answer.warnings.map((line) => problemOf(line, "warning")),
    ]
    this.#checkedText = text
    if (answer.kind === null) this.kind = undefined
    else if (answer.kind !== this.kind?.name) {
      this.kind = await (answer.published ? configApi.kindOf(this.token) : configApi.kind(answer.kind))
    }
  }

  /** Store the text. Rejects as the API; with the code `conflict` if somebody else was faster. */
  async save(note: string): Promise<void> {
    if (!this.parsed.ok) return
    const revision = this.stored?.revision ?? null
    await configApi.save(this.token, { config: this.parsed.value, revision, ...(note === "" ? {} : { note }) })
    await this.#take()
  }

  /** Store an older version again. */
  async restore(version: number, note: string): Promise<void> {
    await configApi.restore(this.token, version, note)
    await this.#take()
  }

  /** Read what somebody else has stored meanwhile; `text` is what becomes of mine with that. */
  async rebase(text: string): Promise<void> {
    await this.#loadStored()
    this.write(text)
    this.#keep()
  }

  /** Delete what is stored; its versions stay. The text stays, too, as that of a client that has none. */
  async remove(): Promise<void> {
    if (this.stored === undefined) return
    await configApi.remove(this.token, this.stored.revision)
    await this.#loadStored()
  }

  /** Stop what is under way. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Show what is stored now in place of the text. */
  async #take(): Promise<void> {
    await this.#loadStored()
    unsaved.delete(this.token)
    this.text = this.storedText
    await this.check()
  }

  /** A document that is not there is no error: the list says first whether it is. */
  async #loadStored(): Promise<void> {
    const isThere = (await configApi.list()).some(({ token }) => token === this.token)
    const [stored, versions] = await Promise.all([
      isThere ? configApi.read(this.token) : undefined,
      // Of one that was deleted the versions are still there.
      configApi.versions(this.token),
    ])
    this.stored = stored
    this.versions = versions
  }

  #keep(): void {
    if (!this.isChanged) unsaved.delete(this.token)
    else unsaved.set(this.token, { text: this.text, revision: this.stored?.revision ?? null })
    for (const token of unsaved.keys()) {
      if (unsaved.size <= MOST_UNSAVED) break
      unsaved.delete(token)
    }
  }
}

async function textOf(template: string | undefined): Promise<string> {
  return template === undefined ? "{}" : documentText((await configApi.kind(template)).sample)
}
