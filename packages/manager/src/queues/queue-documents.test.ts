import { expect, test } from "vitest"
import type { DocumentStore } from "../documents/store.js"
import type { KnownQueue } from "./known-queue.js"
import { QueueDocuments } from "./queue-documents.js"

test("parts that a queue no longer has are deleted, also when the write before has failed", async () => {
  const stored = new Map<string, unknown>()
  let failures = 0
  const store = {
    async update(_: string, ids: string[], change: (id: string) => unknown) {
      if (failures-- > 0) throw new Error("away")
      for (const id of ids) {
        const body = change(id)
        if (body === null) stored.delete(id)
        else stored.set(id, body)
      }
    },
  }
  const documents = new QueueDocuments(store as unknown as DocumentStore)
  const queue = (keys: number) =>
    new Map([
      ["q", { queue: "q", keys: () => Array.from({ length: keys }, (_, i) => `m.${i}`) } as unknown as KnownQueue],
    ])
  await documents.write(queue(7000))
  expect([...stored.keys()]).toEqual(["q/0", "q/1", "q/2"])
  failures = 1
  await expect(documents.write(queue(10))).rejects.toThrow("away")
  await documents.write(queue(10))
  expect([...stored.keys()]).toEqual(["q/0"])
})
