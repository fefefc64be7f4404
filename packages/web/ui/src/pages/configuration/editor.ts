import { defaultKeymap, history, historyKeymap } from "@codemirror/commands"
import { json } from "@codemirror/lang-json"
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language"
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint"
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search"
import { EditorState, StateEffect, StateField } from "@codemirror/state"
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view"
import { tags } from "@lezer/highlight"

/** An editor of a JSON document. */
export interface Editor {
  /** Replace what differs; the rest of the text, the cursor and what can be undone stay. */
  setText(text: string): void
  setProblems(problems: readonly Diagnostic[]): void
  /** Mark lines, from 1, that are not in the stored document. */
  setAdded(lines: readonly number[]): void
  /** Put the cursor there, and bring it into sight. */
  goTo(position: number): void
  destroy(): void
}

export interface EditorOptions {
  /** An empty element; the editor lives in a shadow root of it, whose styles the security policy of the page allows. */
  parent: HTMLElement
  text: string
  /** What screen readers call it. */
  label: string
  /** Called after each change by the reader, not for those by `setText`. */
  onchange(text: string): void
}

const setAddedLines = StateEffect.define<readonly number[]>()
const addedLine = Decoration.line({ class: "cm-added" })

const addedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, { changes, effects, state }) {
    let updated = decorations.map(changes)
    for (const effect of effects) {
      if (!effect.is(setAddedLines)) continue
      const known = effect.value.filter((line) => line <= state.doc.lines)
      updated = Decoration.set(known.map((line) => addedLine.range(state.doc.line(line).from)))
    }
    return updated
  },
  provide: (field) => EditorView.decorations.from(field),
})

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: [tags.bool, tags.null], color: "var(--code-word)" },
])

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--panel)", fontSize: "12px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65" },
  ".cm-content": { caretColor: "var(--text)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 10px", minWidth: "34px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-added": { backgroundColor: "color-mix(in srgb, var(--good) 12%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "none" },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--text)", border: "1px solid var(--line-strong)" },
  ".cm-panels": { backgroundColor: "var(--bg)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-textfield, .cm-button": { backgroundColor: "var(--panel)", backgroundImage: "none", color: "var(--text)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
})

/** Make an editor. Tab leaves it, so that the keyboard is not caught. */
export function createEditor({ parent, text, label, onchange }: EditorOptions): Editor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" })
  const holder = document.createElement("div")
  holder.style.height = "100%"
  root.replaceChildren(holder)
  let isOwnChange = false
  const view = new EditorView({
    root,
    parent: holder,
    state: EditorState.create({
      doc: text,
      extensions: [
        ...[lineNumbers(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching()],
        ...[json(), syntaxHighlighting(colours), theme, addedLines, highlightSelectionMatches()],
        keymap.of([...searchKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        // It takes the focus by itself; the index says so to those who ask, as it scrolls.
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isOwnChange) onchange(update.state.doc.toString())
        }),
      ],
    }),
  })
  return {
    setText(next) {
      const change = changeBetween(view.state.doc.toString(), next)
      if (change === undefined) return
      isOwnChange = true
      view.dispatch({ changes: change })
      isOwnChange = false
    },
    setProblems(problems) {
      view.dispatch(
        setDiagnostics(
          view.state,
          [...problems].filter(({ to }) => to <= view.state.doc.length),
        ),
      )
    },
    setAdded(lines) {
      view.dispatch({ effects: setAddedLines.of(lines) })
    },
    goTo(position) {
      const anchor = Math.min(position, view.state.doc.length)
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) })
      view.focus()
    },
    destroy: () => view.destroy(),
  }
}

/** The part of a text that another one replaces; undefined if they are the same. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } | undefined {
  if (before === after) return undefined
  let from = 0
  while (from < before.length && from < after.length && before[from] === after[from]) from++
  let tail = 0
  const most = Math.min(before.length, after.length) - from
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) }
}
