import { expect, test } from "vitest"
import { changeOf, draftsOf } from "./label-drafts.js"

test("what clients have is known by key, and only what is touched changes", () => {
  const drafts = draftsOf([{ labels: { room: "A", spare: "" } }, { labels: { room: "B" } }, { labels: { room: "A" } }])
  expect(drafts).toEqual([
    { key: "room", values: ["A", "B"], count: 3, deed: "keep", text: "" },
    { key: "spare", values: [""], count: 1, deed: "keep", text: "" },
  ])
  expect(changeOf(drafts)).toEqual({})
  const [room, spare] = drafts as [(typeof drafts)[0], (typeof drafts)[0]]
  Object.assign(room, { deed: "set", text: " C " })
  spare.deed = "remove"
  const added = [
    { key: "rack", values: [], count: 0, deed: "set" as const, text: "" },
    { key: "gone-again", values: [], count: 0, deed: "remove" as const, text: "x" },
  ]
  expect(changeOf([room, spare, ...added])).toEqual({ room: "C", spare: null, rack: "" })
})

test("a value that all have is the begin of another one", () => {
  expect(draftsOf([{ labels: { room: "A" } }, { labels: { room: "A" } }])).toMatchObject([{ text: "A" }])
  expect(draftsOf([{ labels: { room: "A" } }, {}])).toMatchObject([{ text: "", count: 1 }])
  expect(draftsOf([])).toEqual([])
})
