import type { DocumentStore } from "../documents/store.js"

/** Where the documents of one test are: `open` opens them, again after they were closed; `end` removes them. */
export interface StoreUnderTest {
  open(): Promise<DocumentStore>
  end(): Promise<void>
}

/** Makes one, empty, for each test. */
export type StoreMaker = () => Promise<StoreUnderTest>
