import { expect, test } from "vitest"
import { colorsFor } from "./colors.js"

test("colours only on terminals that want them", () => {
  expect(colorsFor({ isTTY: true }, {}).red("x")).not.toBe("x")
  expect(colorsFor({ isTTY: true }, { NO_COLOR: "" }).red("x")).not.toBe("x")
  expect(colorsFor({ isTTY: true }, { NO_COLOR: "1" }).red("x")).toBe("x")
  expect(colorsFor({ isTTY: true }, { TERM: "dumb" }).red("x")).toBe("x")
  expect(colorsFor({}, {}).red("x")).toBe("x")
})
