import { expect, test } from "vitest"
import { fillIn, tidyText } from "./description.js"

test("names are replaced, unknown ones stay", () => {
  const texts = { model: "X-1", id: "7" }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that configurations have
  expect(fillIn("PDU $model (${id}) $nobody $ $$model ${", texts)).toBe("PDU X-1 (7) $nobody $ $model ${")
  expect(fillIn("$constructor $toString", {})).toBe("$constructor $toString")
  expect(fillIn("$model", { model: "$id" })).toBe("$id")
})

test("quotes that devices separate with become dots", () => {
  expect(tidyText(" A'B`C´D ")).toBe("A.B.C.D")
})
