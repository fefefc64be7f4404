import { expect, test } from "vitest"
import { renderTable } from "./table.js"

const columns = [{ title: "name" }, { title: "rate", align: "right" as const }, { title: "note" }]

test("columns are aligned and lines end without blanks", () => {
  expect(
    renderTable(columns, [
      ["a.b", "1", ""],
      ["lab.power", "100", "x\ny"],
    ]),
  ).toEqual(["name       rate  note", "a.b           1", "lab.power   100  x\\u{a}y"])
  expect(renderTable(columns, [])).toEqual([])
})

test("a table fits its terminal", () => {
  const lines = renderTable(columns, [["lab.power", "100", "a long description of it"]], {
    width: 24,
    title: (line) => `<${line}>`,
  })
  expect(lines).toEqual(["<name       rate  note>", "lab.power   100  a long…"])
})
