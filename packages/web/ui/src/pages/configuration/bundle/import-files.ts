import { BundleError, bundleFormat, checkToken, type JsonObject, readBundle } from "@metricq/protocol"
import { lineAt, type ParsedDocument, parseDocument, placeOf } from "../json-document.js"

/** How bundles of this and other versions begin to call themselves. */
const formatName = bundleFormat.slice(0, bundleFormat.lastIndexOf(" "))

/** A file that the reader has chosen. */
export interface ChosenFile {
  readonly name: string
  readonly text: string
}

/** A file that is no bundle, or no part of one. `kind` is one of the editor's, or says what is wrong with a bundle. */
export class ImportFileError extends Error {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly kind: string

  constructor(file: string, line: number, kind: string, message = kind) {
    super(message)
    this.file = file
    this.line = line
    this.kind = kind
  }
}

/**
 * The configurations of files: a bundle in one file, or the files of a folder, `TOKEN.json` each. A later file wins.
 *
 * @throws {ImportFileError} for the first that is none
 */
export function readImport(files: readonly ChosenFile[]): Map<string, JsonObject> {
  const configs = new Map<string, JsonObject>()
  for (const file of files) for (const [token, config] of readFile(file)) configs.set(token, config)
  return configs
}

function readFile({ name, text }: ChosenFile): Iterable<[string, JsonObject]> {
  const content = text.replace(/^\uFEFF/, "")
  const parsed = parseDocument(content)
  if (!parsed.ok) throw new ImportFileError(name, lineAt(content, parsed.error.from), parsed.error.kind)
  const document = parsed.value as JsonObject
  if (typeof document.format === "string" && document.format.startsWith(formatName))
    return readWhole(name, content, parsed)
  return [[tokenOf(name), document]]
}

function readWhole(name: string, text: string, parsed: ParsedDocument & { ok: true }): Map<string, JsonObject> {
  try {
    return readBundle(parsed.value as JsonObject)
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    const line = lineAt(text, placeOf(parsed.root, error.path).from)
    throw new ImportFileError(name, line, "bundle", error.message)
  }
}

function tokenOf(name: string): string {
  try {
    const token = decodeURIComponent(name.replace(/\.json$/i, ""))
    checkToken(token)
    return token
  } catch {
    throw new ImportFileError(name, 1, "name")
  }
}
