import { expect, test } from "vitest"
import { figureRows, progressText } from "./figures.js"

test("figures become lines of a name and a value", () => {
  expect(
    figureRows({
      token: "db-timeline",
      points: { stored: 12, setAside: 0 },
      bytes: 1200,
      store: { diskBytes: 25_300_000, checkpointAgeS: 75, segments: 3, syncS: null },
      trouble: ["the disk is full", "a block is damaged"],
      note: "",
    }),
  ).toEqual([
    ["token", "db-timeline"],
    ["points stored", "12"],
    ["points set aside", "0"],
    ["size", "1.2 kB"],
    ["store disk", "25.3 MB"],
    ["store checkpoint age", "75 s"],
    ["store segments", "3"],
    ["trouble", "the disk is full"],
    ["trouble", "a block is damaged"],
  ])
})

test("progress is one line", () => {
  expect(progressText({ segments: 3, of: 10, readBytes: 12_000 })).toBe("segments 3 of 10, read 12 kB")
  expect(progressText({})).toBe("")
})
