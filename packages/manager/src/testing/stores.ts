import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { onTestEnd, Scope, TestCouchdb, type TestScope } from "@metricq/testkit"
import { openCouchDocuments } from "../documents/couch-documents.js"
import { openDocuments } from "../documents/lmdb-documents.js"
import type { DocumentStore } from "../documents/store.js"
import type { StoreMaker } from "./store-under-test.js"

/** Documents in a folder. */
export const folderStore: StoreMaker = async () => {
  const folder = mkdtempSync(join(tmpdir(), "metricq-documents-"))
  return { open: () => openDocuments(folder), end: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** Documents in the test kit's CouchDB. */
export const couchStore: StoreMaker = async () => {
  const scope = new Scope()
  const { url } = await TestCouchdb.start(scope, { user: "metricq", password: "not: a secret/@" })
  return { open: () => openCouchDocuments(url, { logger: silentLogger }), end: () => scope.close() }
}

/** The address of a CouchDB that was started for tests, or something that does as one; with the login of its administrator. */
export const foreignCouchdb = process.env.METRICQ_TEST_COUCHDB

/** Documents in {@link foreignCouchdb}, in databases of their own, which are removed in the end. */
export const foreignStore: StoreMaker = async () => {
  const databasePrefix = `t${randomUUID().slice(0, 8)}-`
  const { origin, username, password } = new URL(foreignCouchdb!)
  const headers = username ? { Authorization: `Basic ${btoa(`${username}:${password}`)}` } : undefined
  return {
    open: () => openCouchDocuments(foreignCouchdb!, { databasePrefix, logger: silentLogger }),
    end: async () => {
      for (const name of ["config", "metadata", "metricq"]) {
        await fetch(`${origin}/${databasePrefix}${name}`, { method: "DELETE", ...(headers && { headers }) })
      }
    },
  }
}

/** Empty documents that end with a test. */
export async function openFor(t: TestScope, make: StoreMaker): Promise<DocumentStore> {
  const place = await make()
  const store = await place.open()
  onTestEnd(t, async () => {
    await store.close()
    await place.end()
  })
  return store
}
