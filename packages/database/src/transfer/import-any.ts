import { createHash } from "node:crypto"
import { join, resolve } from "node:path"
import { DataError } from "@metricq/client"
import type { ImportControl, ImportReport } from "./import-control.js"
import type { HtaImportReport } from "./import-hta.js"
import { type ImportKind, importSettings } from "./import-settings.js"
import type { ImportSink } from "./import-sink.js"

/** An import as it is asked for: by a command, or in a request that may come from anywhere. */
export interface ImportRequest {
  /** `hta`, `csv` or `parquet`. */
  readonly kind: string
  /** Folder of an archive, or file. */
  readonly path: string
  /** Settings of that kind, see `importSettings`. */
  readonly settings?: unknown
}

/** A request that has been checked. */
export interface CheckedImport {
  readonly kind: ImportKind
  /** From the root. */
  readonly path: string
  readonly settings: object
}

/**
 * Check what an import is asked for; nothing is read yet.
 *
 * @throws {DataError} `import-request` naming what is wrong
 */
export function checkImport({ kind, path, settings = {} }: ImportRequest): CheckedImport {
  if (!isKind(kind)) {
    throw new DataError(
      "import-request",
      `${JSON.stringify(kind)} cannot be imported: ${Object.keys(importSettings).join(", ")} can`,
    )
  }
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new DataError("import-request", `${JSON.stringify(path)} is no path`)
  }
  const checked = importSettings[kind].safeParse(settings)
  if (checked.success) return { kind, path: resolve(path), settings: checked.data }
  const [issue] = checked.error.issues
  throw new DataError("import-request", `option ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is wrong"}`)
}

/** Do an import that has been checked; as `importHta`, `importCsv` or `importParquet`, whose reader is loaded now. */
export async function importAny(
  { kind, path, settings }: CheckedImport,
  sink: ImportSink,
  control: ImportControl = {},
): Promise<ImportReport | HtaImportReport> {
  switch (kind) {
    case "hta":
      return (await import("./import-hta.js")).importHta(path, sink, settings, control)
    case "csv":
      return (await import("./import-csv.js")).importCsv(path, sink, settings, control)
    case "parquet":
      return (await import("./import-parquet.js")).importParquet(path, sink, settings, control)
  }
}

/**
 * Where a store remembers an import, so that it goes on after an interruption: a file below the store's own folder, so that both are
 * removed together. Another one for each source and each choice of settings.
 */
export function importStateFile(storeFolder: string, { kind, path, settings }: CheckedImport): string {
  const { restart, ...meaning } = settings as { restart?: boolean }
  const identity = createHash("sha256")
    .update(JSON.stringify([kind, path, meaning]))
    .digest("hex")
  return join(storeFolder, "imports", `${identity.slice(0, 32)}.jsonl`)
}

function isKind(kind: string): kind is ImportKind {
  return Object.hasOwn(importSettings, kind)
}
