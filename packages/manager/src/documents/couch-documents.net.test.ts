import { describe } from "vitest"
import { documentsContract } from "../testing/documents-contract.js"
import { layersContract } from "../testing/layers-contract.js"
import { couchStore, foreignCouchdb, foreignStore } from "../testing/stores.js"

describe("a CouchDB of the test kit", () => {
  describe("as any store", () => documentsContract(couchStore))
  describe("with metadata in layers", () => layersContract(couchStore))
})

describe.skipIf(!foreignCouchdb)("the CouchDB that METRICQ_TEST_COUCHDB names", () => {
  describe("as any store", () => documentsContract(foreignStore))
  describe("with metadata in layers", () => layersContract(foreignStore))
})
