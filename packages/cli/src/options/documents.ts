import type { Logger } from "@metricq/client"
import type { DocumentStore } from "@metricq/manager"
import type { Command } from "commander"
import { UsageError } from "../errors.js"
import { readSecretFile } from "../settings/secret-file.js"

/** Where a manager keeps its documents. */
export interface DocumentsOptions {
  /** A folder, or the address of a CouchDB; it may hold a password. */
  readonly documents?: string
  /** `name:file`: who logs in to that CouchDB, with a file whose first line is the password. */
  readonly documentsUser?: string
}

/** Below the help of a command that has these options. */
export const COUCHDB_HELP = `
--documents takes the CouchDB of an existing network, too: its databases config
and metadata stay as others know them, what is kept besides stands in a third,
metricq. The password is better in METRICQ_DOCUMENTS, which takes the whole
address, or in a file (--documents-user), than among the arguments of a process,
which everybody on the machine can read.`

/** Adds where documents are kept; `byDefault` says what it is without, undefined that it must be said. */
export function withDocuments(command: Command, byDefault: string | undefined): Command {
  const place = "where configurations and metadata are kept: a folder, or http[s]://… of a CouchDB"
  if (byDefault === undefined) command.requiredOption("--documents <folder|url>", place)
  else command.option("--documents <folder|url>", `${place} (default: ${byDefault})`)
  return command.option("--documents-user <name:file>", "user of that CouchDB, and a file with the password")
}

/**
 * Open the documents.
 *
 * @throws {UsageError} for a user without a CouchDB; {CommandError} `file`; {StorageError}
 */
export async function openPlace(
  { documents, documentsUser }: DocumentsOptions & { readonly documents: string },
  logger: Logger,
): Promise<DocumentStore> {
  const { isCouchUrl, openCouchDocuments, openDocuments } = await import("@metricq/manager")
  if (isCouchUrl(documents)) return openCouchDocuments(documents, { ...loginOf(documentsUser), logger })
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(documents)) {
    throw new UsageError("--documents takes a folder, or http:// or https:// and the host of a CouchDB")
  }
  if (documentsUser !== undefined) throw new UsageError("--documents-user is for a CouchDB, --documents names a folder")
  return openDocuments(documents)
}

function loginOf(word: string | undefined): { user?: string; password?: string } {
  if (word === undefined) return {}
  const at = word.indexOf(":")
  if (at < 1 || at === word.length - 1) {
    throw new UsageError("--documents-user: expected name:file, where the file's first line is the password")
  }
  return { user: word.slice(0, at), password: readSecretFile(word.slice(at + 1)) }
}
