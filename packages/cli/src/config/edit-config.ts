import { RPCError } from "@metricq/client"
import type { JsonObject, StoredConfig } from "@metricq/protocol"
import { CommandError, oneLine } from "../errors.js"
import type { Colors } from "../terminal/colors.js"
import { printable } from "../terminal/text.js"
import { parseJsonObject, prettyJson, sortedJson } from "../text/json-text.js"
import { unifiedDiff } from "../text/unified.js"
import { EditedFile } from "./editor.js"

/** What editing needs from the outside. */
export interface EditContext {
  readonly token: string
  readonly colors: Colors
  /** The stored configuration, or `undefined` if there is none. */
  load(): Promise<StoredConfig | undefined>
  /** What to begin with when there is none. */
  template(): Promise<JsonObject>
  /** Throws for a configuration that must not be stored. */
  check(config: JsonObject): Promise<void>
  /** Store; `revision` is the one the text was made from, null for none. Rejects with an `RPCError` `conflict` if it is no longer stored. */
  store(config: JsonObject, revision: string | null): Promise<string>
  /** Ask the person at the terminal to choose by a letter; `undefined` where there is nobody to ask. */
  choose(question: string, letters: string): Promise<string | undefined>
  /** Tell the person something. */
  say(lines: readonly string[]): void
}

/**
 * Let the user edit a configuration until it is stored, unchanged, or given up.
 *
 * A text that is wrong, or made from a revision that is no longer the stored one, is shown with the reason, and can be edited
 * again. What was typed is kept in its file whenever it was not stored.
 *
 * @returns the new revision, or `undefined` if nothing was changed
 * @throws {CommandError} `edit-given-up` naming the file with the text
 */
export async function editConfig(context: EditContext): Promise<string | undefined> {
  const stored = await context.load()
  const original = prettyJson(stored?.config ?? (await context.template()))
  const file = await EditedFile.create(context.token, `${original}\n`)
  let base = stored
  for (;;) {
    const text = await file.edit()
    if (base === stored && text.trim() === original) {
      await file.discard()
      return undefined
    }
    try {
      const config = parseJsonObject(text, "the text")
      await context.check(config)
      const revision = await context.store(config, base?.revision ?? null)
      await file.discard()
      return revision
    } catch (error) {
      const conflict = conflictOf(error)
      if (conflict) context.say(describeConflict(context, base, conflict))
      else context.say([printable(oneLine(error))])
      const answer = await context.choose("Edit again or give up?", "eg")
      if (answer !== "e") throw givenUp(error, file.path)
      // What others have stored meanwhile has been shown: the next attempt replaces it.
      if (conflict) base = conflict.current ?? undefined
    }
  }
}

interface Conflict {
  readonly message: string
  readonly current: StoredConfig | null
  readonly yours: JsonObject
}

function conflictOf(error: unknown): Conflict | undefined {
  if (!(error instanceof RPCError) || error.code !== "conflict") return undefined
  const { current, yours } = error.answer as { current?: StoredConfig | null; yours?: JsonObject }
  return { message: error.message, current: current ?? null, yours: yours ?? {} }
}

/** What the other has changed since the text was fetched, and what the user has. */
function describeConflict(
  { token, colors }: EditContext,
  base: StoredConfig | undefined,
  conflict: Conflict,
): string[] {
  const before = sortedJson(base?.config ?? {})
  const theirs = sortedJson(conflict.current?.config ?? {})
  const author = conflict.current?.author ?? "somebody"
  const since = base ? `${token} as you got it` : `no ${token}`
  return [
    printable(conflict.message),
    "",
    ...unifiedDiff(before, theirs, { before: since, after: `as ${author} has stored it` }, colors),
    "",
    ...unifiedDiff(before, sortedJson(conflict.yours), { before: since, after: "as you have edited it" }, colors),
    "",
    "Editing again opens your text; storing it then replaces theirs, so take over what you want to keep.",
  ]
}

function givenUp(error: unknown, path: string): CommandError {
  return new CommandError("edit-given-up", `not stored: ${oneLine(error)}; your text is in ${path}`, { cause: error })
}
