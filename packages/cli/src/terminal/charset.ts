/**
 * What a terminal can show: `ascii` where it says that it knows nothing else, by `TERM=dumb`, by the console of Linux, or by a locale of
 * another encoding than UTF-8; else `braille`, which stands for all of Unicode.
 */
export function charsetFor(env: NodeJS.ProcessEnv = process.env): "braille" | "ascii" {
  if (env.TERM === "dumb" || env.TERM === "linux") return "ascii"
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  return locale === undefined || locale === "" || /utf-?8/i.test(locale) ? "braille" : "ascii"
}
