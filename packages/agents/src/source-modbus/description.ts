/** What of a device's text becomes a dot: quotes that devices use as separators. */
const QUOTES = /['`´]/g

/** A text of a device as it stands in descriptions. */
export function tidyText(text: string): string {
  return text.replaceAll(QUOTES, ".").trim()
}

/** A description with `$name` and `${name}` replaced; names without a text stay as they are, and `$$` is a dollar sign. */
export function fillIn(description: string, texts: Readonly<Record<string, string>>): string {
  return description.replaceAll(
    /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g,
    (whole: string, dollar: string | undefined, plain: string | undefined, braced: string | undefined) => {
      if (dollar !== undefined) return dollar
      const name = plain ?? braced ?? ""
      return Object.hasOwn(texts, name) ? (texts[name] ?? "") : whole
    },
  )
}
