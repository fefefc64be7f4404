import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { ClientLabelBook } from "./client-label-book.js"
import { openDocuments } from "./documents/lmdb-documents.js"

async function storeOf(t: TestScope) {
  const store = await openDocuments(await temporaryFolder(t))
  onTestEnd(t, () => store.close())
  return store
}

const change = (entries: Record<string, Record<string, string | null>>) => new Map(Object.entries(entries))

test("labels are kept over a restart, changed by key, and gone when the last is taken away", async (t) => {
  const store = await storeOf(t)
  const book = await ClientLabelBook.open(store)
  expect(await book.change(change({ b: { room: "A", spare: "" }, a: { room: "B" } }))).toEqual({
    b: { room: "A", spare: "" },
    a: { room: "B" },
  })
  await book.change(change({ b: { room: "C", spare: null, "not-there": null } }))
  const again = await ClientLabelBook.open(store)
  expect(again.list()).toEqual({ a: { room: "B" }, b: { room: "C" } })
  expect(Object.keys(again.list())).toEqual(["a", "b"])
  await again.change(change({ a: { room: null } }))
  expect(again.get("a")).toBeUndefined()
  expect((await ClientLabelBook.open(store)).list()).toEqual({ b: { room: "C" } })
})

test("of a change that cannot be made, nothing is made", async (t) => {
  const store = await storeOf(t)
  const book = await ClientLabelBook.open(store)
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ""]))
  await expect(book.change(change({ a: { room: "A" }, b: many }))).rejects.toThrow("b would have 17 labels, at most 16")
  await expect(book.change(change({ a: { room: "A" }, b: { "no key": "" } }))).rejects.toThrow("cannot be the key")
  expect(book.list()).toEqual({})
  expect((await ClientLabelBook.open(store)).list()).toEqual({})
})

test("all labels together are bounded; what is taken away makes room", async (t) => {
  const book = await ClientLabelBook.open(await storeOf(t), 20)
  await book.change(change({ a: { room: "A".repeat(10) } }))
  await expect(book.change(change({ b: { room: "A" } }))).rejects.toThrow("20 characters at most")
  await book.change(change({ a: { room: null }, b: { room: "A" } }))
  expect(book.list()).toEqual({ b: { room: "A" } })
})

test("changes of one moment come one after the other", async (t) => {
  const book = await ClientLabelBook.open(await storeOf(t))
  await Promise.all(Array.from({ length: 16 }, (_, i) => book.change(change({ a: { [`k${i}`]: String(i) } }))))
  expect(Object.keys(book.get("a") ?? {})).toHaveLength(16)
})
