// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the patterns that are tested
import { expect, test } from "vitest"
import { NameTemplate } from "./name-template.js"

const fill = (pattern: string, metadata = {}) => new NameTemplate(pattern).fill("lab.power", "avg", metadata)

test("metric, function and metadata are filled in, the rest stays", () => {
  const metadata = { unit: "W", rate: 0.5, kind: 1, historic: true, none: null }
  expect(fill("$metric/$function")).toBe("lab.power/avg")
  expect(fill("${unit} $rate $kind $historic $none", metadata)).toBe("W 0.5 1 True None")
  expect(fill("$x $$ $ ${y $Metric $metrics $metric.x $constructor")).toBe(
    "$x $ $ ${y $Metric $metrics lab.power.x $constructor",
  )
})

test("metadata are asked for only where the pattern has them", () => {
  expect(new NameTemplate("$metric ${function} $$unit").usesMetadata).toBe(false)
  expect(new NameTemplate("$metric ${unit}").usesMetadata).toBe(true)
})
