import { expect, test } from "vitest"
import { addressOf, viewOf } from "./client-filters.js"

test("a view goes to the address and comes back, and nothing else does", () => {
  const view = {
    ...{ search: "a b&c", state: "late", role: "", host: "n1", drift: "refused" },
    ...{ labels: ["room=A 1", "spare"], group: "rack", all: true },
  }
  expect(addressOf(view)).toBe(
    "clients?search=a+b%26c&state=late&host=n1&drift=refused&label=room%3DA+1&label=spare&group=rack&all=1",
  )
  expect(viewOf(addressOf(view).split("?")[1] ?? "")).toEqual(view)
  expect(addressOf(viewOf("x=1&label="))).toBe("clients")
})
