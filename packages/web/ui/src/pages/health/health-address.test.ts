import { expect, test } from "vitest"
import { queryOf, viewOf } from "./health-address.js"

test("a view goes into the address and comes back", () => {
  const view = viewOf("view=history&severity=error&kind=silent&source=source-a&search=lab+power&state=all&id=silent-1")
  expect(view).toEqual({
    ...{ view: "history", severity: "error", kind: "silent", source: "source-a" },
    ...{ search: "lab power", state: "all", id: "silent-1" },
  })
  expect(viewOf(queryOf(view))).toEqual(view)
})

test("without anything it is the open findings, and says nothing", () => {
  expect(viewOf("")).toMatchObject({ view: "findings", state: "open" })
  expect(queryOf(viewOf(""))).toBe("")
  expect(viewOf("view=x&state=y")).toEqual(viewOf(""))
})

test("a finding that is named is looked for in any state, also after the address was written anew", () => {
  const view = viewOf("id=silent-1")
  expect(view.state).toBe("all")
  expect(viewOf(queryOf({ ...view, state: "open" })).state).toBe("open")
})
