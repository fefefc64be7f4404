import { type TextKey, t } from "../../texts/index.js"

const KEYS: Record<string, TextKey> = {
  PropertyNameExpected: "json.name",
  ValueExpected: "json.value",
  ColonExpected: "json.colon",
  CommaExpected: "json.comma",
  CloseBraceExpected: "json.brace",
  CloseBracketExpected: "json.bracket",
  EndOfFileExpected: "json.end",
  UnexpectedEndOfString: "json.string",
  InvalidCommentToken: "json.comment",
  NotAnObject: "json.object",
}

/** What keeps a text from being JSON, in the reader's language. */
export function jsonErrorText(kind: string): string {
  return t(KEYS[kind] ?? "json.other")
}
