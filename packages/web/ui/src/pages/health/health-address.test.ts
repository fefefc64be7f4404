import { expect, test } from "vitest"
import { addressOf, type HealthView, MINE, NOBODY, queryOf, viewOf } from "./health-address.js"

/** The view of the address of a view. */
function again(view: HealthView): HealthView {
  const { pathname, search } = new URL(addressOf(view), "http://x/")
  return viewOf(search.slice(1), pathname.slice("/health/".length))
}

test("a view goes into the address and comes back", () => {
  const query = "severity=error&kind=silent&source=source-a&assignee=ann&search=lab+power&state=all&id=silent-1"
  const view = viewOf(query, "history")
  expect(view).toEqual({
    ...{ view: "history", severity: "error", kind: "silent", source: "source-a", assignee: "ann" },
    ...{ search: "lab power", state: "all", id: "silent-1" },
  })
  expect(again(view)).toEqual(view)
})

test("without anything it is the open findings, and says nothing", () => {
  expect(viewOf("")).toMatchObject({ view: "findings", state: "open" })
  expect(addressOf(viewOf(""))).toBe("health")
  expect(viewOf("view=x&state=y", "nowhere")).toEqual(viewOf(""))
})

test("settings and history have addresses of their own, and older ones lead there", () => {
  for (const view of ["settings", "history"] as const) {
    expect(viewOf("", view).view).toBe(view)
    expect(viewOf(`view=${view}`)).toEqual(viewOf("", view))
    expect(addressOf(viewOf("", view))).toBe(`health/${view}`)
  }
})

test("a finding that is named is looked for in any state, also after the address was written anew", () => {
  const view = viewOf("id=silent-1")
  expect(view.state).toBe("all")
  expect(again({ ...view, state: "open" }).state).toBe("open")
})

test("mine and nobody's are words of their own for the server", () => {
  const view = viewOf("")
  expect(queryOf({ ...view, assignee: MINE })).toMatchObject({ mine: "true" })
  expect(queryOf({ ...view, assignee: NOBODY })).toMatchObject({ unassigned: "true" })
  expect(queryOf({ ...view, assignee: "ann" })).toMatchObject({ assignee: "ann" })
})
