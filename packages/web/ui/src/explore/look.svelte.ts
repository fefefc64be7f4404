import type { Palette } from "../chart/axes.js"
import { COLOURS } from "../lib/colours.js"
import { theme } from "../settings.svelte.js"

/** The colours of the theme, as a canvas needs them. Reactive; made while a component is set up. */
export class Look {
  readonly palette: Palette = $derived.by(() => {
    const token = tokens()
    return {
      text: token("text"),
      muted: token("muted"),
      panel: token("panel"),
      line: token("line-strong"),
      grid: token("grid"),
      accent: token("accent"),
      onAccent: token("on-accent"),
      font: token("font"),
    }
  })
  readonly #series: string[] = $derived.by(() => {
    const token = tokens()
    return Array.from({ length: COLOURS }, (_, i) => token(`s${i + 1}`))
  })

  /** Colour of a slot, from 0. */
  colourOf(slot: number): string {
    return this.#series[slot] ?? "#888"
  }
}

/** Reads variables of the theme that is to be shown now, which the document may not have yet. */
function tokens(): (name: string) => string {
  document.documentElement.dataset.theme = theme()
  const style = getComputedStyle(document.documentElement)
  return (name) => style.getPropertyValue(`--${name}`).trim()
}
