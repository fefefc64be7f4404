import { Timestamp } from "@metricq/client"
import snmp from "net-snmp"
import { expect, test } from "vitest"
import type { Cell, Rows } from "./columns-reader.js"
import type { SnmpConfig, SnmpHostConfig, SnmpObjectConfig, SnmpTableConfig } from "./config.js"
import { Table } from "./table.js"

const [NAME, LOAD] = ["1.3.1", "1.3.2"]
const place = {
  config: { default_prefix: "lab", additional_metric_attributes: [] } as unknown as SnmpConfig,
  host: { infix: "sw", description: "switch" } as SnmpHostConfig,
  infix: "sw",
  interval: 1,
}
const cell = (column: string, index: string, value: unknown): Cell => ({
  varbind: { oid: `${column}.${index}`, type: snmp.ObjectType.OctetString, value } as never,
  time: Timestamp.now(),
})
const rowsOf = (names: Record<string, string>): Rows =>
  new Map(
    Object.entries(names).map(([index, name]) => [
      index,
      new Map([
        [NAME, cell(NAME, index, Buffer.from(name))],
        [LOAD, cell(LOAD, index, 5)],
      ]),
    ]),
  )

function tableOf(suffix: string, settings: Partial<SnmpTableConfig> = {}): Table {
  const object = { suffix, short_description: "load of {name}", absolute: false, rate: false } as SnmpObjectConfig
  return new Table({ name: `.${NAME}`, columns: {}, ...settings }, new Map([[`.${LOAD}`, object]]), place)
}

const namesOf = (table: Table, names: Record<string, string>) =>
  table.readings(rowsOf(names)).map(({ metric }) => metric.name)

test("rows are named by a column; the same name again gets its index, no name is the index", () => {
  const rows = { "1": "Gi1/0/1", "1.2": "port", "1.7": "port", "1.9": "\0 ", "1.10": "//" }
  expect(namesOf(tableOf("{name}.load"), rows)).toEqual([
    "lab.sw.Gi1_0_1.load",
    "lab.sw.port.load",
    "lab.sw.port_1_7.load",
    "lab.sw.1_9.load",
    "lab.sw.1_10.load",
  ])
  expect(namesOf(tableOf("{index}.load", { name: undefined }), { "7.4": "x" })).toEqual(["lab.sw.7_4.load"])
  expect(namesOf(tableOf("{name}", { match: "^Gi" }), rows)).toEqual(["lab.sw.Gi1_0_1"])
  expect(namesOf(tableOf("{name}"), { "1": "$& $1" })).toEqual(["lab.sw.1"])
})

test("a row that gets another index stays the same metric, one that is gone is forgotten after a while", () => {
  const table = tableOf("{name}.load")
  const [before] = table.readings(rowsOf({ "1": "eth0", "2": "eth1" }))
  const [after] = table.readings(rowsOf({ "5": "eth0" }))
  expect(after?.metric).toBe(before?.metric)
  expect(table.absent().map(({ name }) => name)).toEqual(["lab.sw.eth1.load"])
  expect(table.forgotten()).toEqual([])
  for (let i = 0; i < 59; i += 1) table.readings(rowsOf({ "5": "eth0" }))
  expect(table.forgotten()).toEqual([])
  table.readings(rowsOf({ "5": "eth0" }))
  expect(table.forgotten()).toEqual(["lab.sw.eth1.load"])
  expect(table.absent()).toEqual([])
})
