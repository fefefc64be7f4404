import { expect, test } from "vitest"
import { csvFormOf } from "./csv-form.js"

const iso = "2026-11-23T10:00:00Z"

test.each([
  ["time,metric,value\n", { delimiter: ",", hasHeader: true, fields: 3, kind: "long", time: 0, metric: 1, value: 2 }],
  ["Value;Name;Timestamp;note\n", { delimiter: ";", fields: 4, kind: "long", time: 2, metric: 1, value: 0 }],
  [`${iso},lab.a,1\n`, { hasHeader: false, fields: 3, kind: "long", time: 0, metric: 1, value: 2 }],
  ["1700000000\tlab.a\t1", { delimiter: "\t", hasHeader: false, kind: "long" }],
  [
    "time,lab.a,lab.b",
    {
      kind: "wide",
      time: 0,
      columns: [
        { index: 1, name: "lab.a" },
        { index: 2, name: "lab.b" },
      ],
    },
  ],
  ["lab.a,time", { kind: "wide", time: 1, columns: [{ index: 0, name: "lab.a" }] }],
  [",lab.a,lab.b", { kind: "wide", time: 0, columns: [{ index: 1 }, { index: 2 }] }],
  ['"time","a,b"\n', { delimiter: ",", fields: 2, kind: "wide", columns: [{ name: "a,b" }] }],
  ["when,lab.a\n", { kind: "wide", time: 0 }],
])("%j", (text, form) => {
  expect(csvFormOf(text, {})).toMatchObject(form)
})

test("what is said about a file counts", () => {
  expect(csvFormOf(`${iso},1`, { metric: "lab.a" })).toMatchObject({
    hasHeader: false,
    columns: [{ index: 1, name: "lab.a" }],
  })
  expect(csvFormOf("time,value\n", { metric: "lab.a" })).toMatchObject({ kind: "wide", columns: [{ name: "lab.a" }] })
  expect(csvFormOf("time,host,value\n", { metric: "lab.a" })).toMatchObject({ columns: [{ index: 2, name: "lab.a" }] })
  expect(csvFormOf("time,metric,value\n", { form: "wide" })).toMatchObject({
    columns: [{ name: "metric" }, { name: "value" }],
  })
  expect(csvFormOf("stop,begin,lab.a\n", { time: "begin" })).toMatchObject({
    time: 1,
    columns: [{ name: "stop" }, { name: "lab.a" }],
  })
  expect(csvFormOf("time;a,b\n", { delimiter: ";" })).toMatchObject({ columns: [{ name: "a,b" }] })
})

test.each([
  ["", {}, /nothing in it/],
  [`${iso},1\n`, {}, /line 1 has 2 fields/],
  [`${iso},1,2,3\n`, {}, /line 1 has 4 fields/],
  ["time,a,a\n", {}, /two columns have the name a/],
  ["time\n", {}, /no values/],
  ["time,a\n", { time: "begin" }, /no column begin, but time, a/],
  ["time,a\n", { form: "long" as const }, /needs columns metric and value/],
  ["time,a,b\n", { metric: "lab.a" }, /any of the columns/],
])("%j with %j is refused", (text, settings, message) => {
  expect(() => csvFormOf(text, settings)).toThrow(message)
})
