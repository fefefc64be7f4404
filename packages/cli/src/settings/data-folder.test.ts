import { expect, test } from "vitest"
import { defaultDataFolder } from "./data-folder.js"

test("the data folder follows XDG", () => {
  expect(defaultDataFolder({}, "/home/a")).toBe("/home/a/.local/share/metricq")
  expect(defaultDataFolder({ XDG_DATA_HOME: "/data" }, "/home/a")).toBe("/data/metricq")
  expect(defaultDataFolder({ XDG_DATA_HOME: "relative" }, "/home/a")).toBe("/home/a/.local/share/metricq")
})
