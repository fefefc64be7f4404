import { checkConfig } from "@metricq/client"
import { describe, expect, test } from "vitest"
import { snmp } from "./agent.js"
import type { SnmpConfig } from "./config.js"
import { plansOf } from "./plans.js"

/** As the original's documentation has it. */
const original = {
  default_community: "public",
  default_interval: 10,
  default_prefix: "dc1",
  default_object_collections: ["pdu"],
  additional_metric_attributes: ["unit", "rack"],
  snmp_object_collections: {
    pdu: {
      ".1.3.6.1.4.1.476.1": { suffix: "power.l1", unit: "W", short_description: "Power L1" },
      ".1.3.6.1.4.1.476.2": {
        suffix: "current.l1",
        unit: "A",
        short_description: "Current L1",
        multiplier: 0.01,
        absolute: true,
        interval: 30,
      },
    },
    more: { ".1.3.6.1.4.1.476.1": { suffix: "power.total", short_description: "Power", rack: "x" } },
  },
  hosts: { "192.0.2.70": { infix: "rack07a", description: "Rack 07 PDU A", rack: "07", interval: 5 } },
  num_procs: 4,
}

const change = (more: object) => ({ ...original, ...more })
const check = (document: object) => checkConfig(snmp, document)
const plans = (document: object) => plansOf(check(document).config as SnmpConfig)

describe("documents of the original", () => {
  test("pass without a warning; attributes are no typing errors, others are", () => {
    expect(check(original).warnings).toEqual([])
    const host = { ...original.hosts["192.0.2.70"], room: "1", intervall: 5 }
    expect(check(change({ hosts: { a: host } })).warnings).toEqual([
      "hosts.a.room: unknown key",
      'hosts.a.intervall: unknown key, did you mean "interval"?',
    ])
  })

  test("name metrics and their metadata as the original does", () => {
    const [slow, quick] = plans(original).sort((a, b) => Number(b.interval) - Number(a.interval))
    expect([slow?.interval, quick?.interval]).toEqual([30, 5])
    expect(quick?.onFailure).toBe("nan")
    const metrics = [quick, slow].flatMap((plan) => [...(plan?.objects ?? [])])
    expect(metrics.map(([oid, { name, polled }]) => [oid, name, polled.metadata])).toEqual([
      [
        "1.3.6.1.4.1.476.1",
        "dc1.rack07a.power.l1",
        { unit: "W", rack: "07", rate: 0.2, description: "Rack 07 PDU A Power L1" },
      ],
      [
        "1.3.6.1.4.1.476.2",
        "dc1.rack07a.current.l1",
        { unit: "A", rack: "07", rate: 1 / 30, description: "Rack 07 PDU A Current L1" },
      ],
    ])
  })

  test("let the last of several collections hold, and the object before the host", () => {
    const host = { infix: "a", description: "A", rack: "07", objects: ["pdu", "more"] }
    const [plan] = plans(change({ hosts: { "192.0.2.70": host } })).filter(({ interval }) => interval === 10)
    expect([...(plan?.objects.values() ?? [])].map(({ name, polled }) => [name, polled.metadata.rack])).toEqual([
      ["dc1.a.power.total", "x"],
    ])
  })

  test("never copy secrets into the metadata", () => {
    const host = { infix: "a", description: "A", community: "secret" }
    const document = change({ additional_metric_attributes: ["community", "unit"], hosts: { "192.0.2.70": host } })
    expect(JSON.stringify(plans(document).flatMap(({ objects }) => [...objects.values()]))).not.toContain("secret")
  })
})

test("a hostlist is many hosts", () => {
  const hosts = { "pdu[1-2].example": { infix: "rack[07-08]", description: "PDU", objects: ["more"] } }
  expect(plans(change({ hosts })).map(({ name, access }) => [name, access.host])).toEqual([
    ["rack07", "pdu1.example"],
    ["rack08", "pdu2.example"],
  ])
})

describe("what is refused", () => {
  const host = { infix: "a", description: "A" }
  const table = { columns: { ".1.3.6.1": { suffix: "x", short_description: "x" } } }
  const cases: [string, object, string][] = [
    [
      "an unknown collection",
      { hosts: { a: { ...host, objects: ["pdu", "ups"] } } },
      "hosts.a.objects[1]: expected the name of a collection or table",
    ],
    [
      "an OID that is none",
      { snmp_object_collections: { pdu: { "sysUpTime.0": { suffix: "a", short_description: "" } } } },
      "snmp_object_collections.pdu: expected an OID",
    ],
    ["a wrong address", { hosts: { "http://a": host } }, "expected an address"],
    ["hostlists that do not fit", { hosts: { "a[1-3]": host } }, "expected as many infixes as there are hosts, 3"],
    ["version 3 without a user", { version: "3", hosts: { a: host } }, "hosts.a.user: expected the user of version 3"],
    [
      "encryption without signing",
      { hosts: { a: { ...host, version: "3", user: "u", priv: { password: "p" } } } },
      "hosts.a.auth: expected auth where there is priv",
    ],
    [
      "a host without community",
      { default_community: undefined, hosts: { a: host } },
      "hosts.a.community: expected a community",
    ],
    ["rows without names", { snmp_tables: { t: table } }, "suffix: expected a name with {name} or {index}"],
    [
      "a table called like a collection",
      { snmp_tables: { pdu: table } },
      "expected another name than that of a collection",
    ],
    [
      "an address beside a hostlist",
      { hosts: { "a[1-2]": { ...host, infix: "b[1-2]", address: "c" } } },
      "expected none where the host is a hostlist",
    ],
  ]
  test.each(cases)("%s", (_name, more, message) => {
    expect(() => check(change(more))).toThrow(message)
  })
})
