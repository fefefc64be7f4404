import fc from "fast-check"
import { expect, test } from "vitest"
import { readJson } from "./json.js"
import { readOpenbmc } from "./openbmc.js"
import { Answer } from "./parser.js"
import { parsePrometheusText, readPrometheus } from "./prometheus-text.js"
import { readRegex } from "./regex.js"
import { readSidecooler, sidecoolerParams } from "./sidecooler.js"

test("json finds the first value of a path", () => {
  const answer = new Answer('{"PowerControl": [{"PowerConsumedWatts": 187.5}, {"PowerConsumedWatts": "90"}]}')
  expect(readJson({ json_path: "$.PowerControl[*].PowerConsumedWatts" })(answer)).toBe(187.5)
  expect(readJson({ json_path: "$.PowerControl[1].PowerConsumedWatts" })(answer)).toBe(90)
  expect(() => readJson({ json_path: "$.Voltages[0]" })(answer)).toThrow("there is nothing at $.Voltages[0]")
  expect(() => readJson({ json_path: "$.a" })(new Answer("<html>"))).toThrow("the answer is no JSON")
})

test("openbmc scales by a power of ten", () => {
  expect(readOpenbmc()(new Answer('{"data": {"Value": 23125, "Scale": -3}}'))).toBe(23.125)
  expect(readOpenbmc()(new Answer('{"data": {"Value": 3, "Scale": 2}}'))).toBe(300)
  expect(() => readOpenbmc()(new Answer('{"data": null}'))).toThrow("data.Value")
})

test("sidecooler reads pairs out of a page, with blanks anywhere", () => {
  const page = new Answer("<html><p>Water Temp = -12.5 ;</p><b>Flow=\n 3.2;</b><i>Pump = Yes;</i> loose text </html>")
  const read = (key: string, data_type: string) => readSidecooler({ key, data_type })(page)
  expect(read("WaterTemp", "number")).toBe(-12.5)
  expect(read("WaterTemp", "Absolute")).toBe(12.5)
  expect(read("Flow", "absolute_kilo")).toBe(3200)
  expect(read("Pump", "state")).toBe(1)
  expect(read("Flow", "state")).toBe(0)
  expect(read("Fan", "number")).toBeNaN()
  expect(() => read("Pump", "number")).toThrow('"Yes" is no number')
  expect(sidecoolerParams.safeParse({ key: "a", data_type: "float" }).success).toBe(false)
})

const page = `# HELP node_load1 1m load average.
# TYPE node_load1 gauge
node_load1 0.31
node_cpu_seconds_total{cpu="0",mode="idle"} 1234.5 1395066363000
node_cpu_seconds_total{cpu="1",mode="idle",} 2345.5
http_requests{path="/a\\"b\\\\c\\n"} +Inf # {trace_id="x"} 1
broken{a="1" 5
novalue
`

test("prometheus finds the one sample with these labels", () => {
  const answer = new Answer(page)
  expect(readPrometheus({ name: "node_load1" })(answer)).toBe(0.31)
  expect(readPrometheus({ name: "node_cpu_seconds_total", labels: { cpu: "1" } })(answer)).toBe(2345.5)
  expect(readPrometheus({ name: "http_requests", labels: { path: '/a"b\\c\n' } })(answer)).toBe(
    Number.POSITIVE_INFINITY,
  )
  expect(() => readPrometheus({ name: "node_cpu_seconds_total" })(answer)).toThrow("there are 2 node_cpu_seconds_total")
  expect(() => readPrometheus({ name: "broken" })(answer)).toThrow("there is no broken")
  expect([...parsePrometheusText(page).keys()]).toEqual(["node_load1", "node_cpu_seconds_total", "http_requests"])
})

test("what is written as prometheus text is read again, and any text is taken", () => {
  const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,10}$/)
  const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,10}$/)
  const quote = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
  const value = fc.string({ maxLength: 10 }).filter((text) => !text.includes("\r") && !/[\u2028\u2029]/.test(text))
  fc.assert(
    fc.property(
      name,
      fc.dictionary(label, value),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (n, labels, v) => {
        const pairs = Object.entries(labels).map(([key, text]) => `${key}="${quote(text)}"`)
        const [sample] = parsePrometheusText(`${n}{${pairs.join(",")}} ${v}`).get(n) ?? []
        expect(sample?.value).toBe(v === 0 ? 0 : v)
        expect({ ...sample?.labels }).toEqual({ ...labels })
      },
    ),
  )
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab{}=",\\ 1\n') }), (text) => void parsePrometheusText(text)),
  )
})

test("a regular expression reads any text", () => {
  expect(readRegex({ pattern: "T=(\\S+)" })(new Answer("U=1 T=22.5 K"))).toBe(22.5)
})
