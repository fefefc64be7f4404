import { execFile, execFileSync, spawnSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { IpmiSimulator, plainSensors, temporaryFolder } from "@metricq/testkit"
import { describe, expect, type TestContext, test } from "vitest"
import { SourceInNetwork } from "./source-in-network.js"

const run = promisify(execFile)
const title = "source-ipmi reads BMCs"
const isThere = IpmiSimulator.isInstalled
const named = (text: string) => (isThere ? text : `${text} [left out: ipmi_sim or FreeIPMI is not installed]`)

async function fleet(t: TestContext, count: number): Promise<IpmiSimulator[]> {
  const port = await IpmiSimulator.freePort()
  const starting = Array.from({ length: count }, (_, i) =>
    IpmiSimulator.start(t, { address: `127.0.0.${i + 2}`, port }),
  )
  return Promise.all(starting)
}

/** Command lines of all processes. */
function commandLines(): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
    } catch {
      return []
    }
  })
}

describe.skipIf(!isThere)(named("the simulated BMC of these tests"), () => {
  const hasTool = spawnSync("ipmitool", ["-V"]).status === 0
  test.skipIf(!hasTool)(hasTool ? "is one for ipmitool, too" : "[left out: ipmitool is not installed]", async (t) => {
    const [bmc] = await fleet(t, 1)
    const [host = "", port = ""] = bmc?.host.split(":") ?? []
    const words = [
      "-I",
      "lanplus",
      "-C",
      "3",
      "-H",
      host,
      "-p",
      port,
      "-U",
      "monitor",
      "-P",
      "secret",
      "-L",
      "ADMINISTRATOR",
    ]
    const { stdout } = await run("ipmitool", [...words, "sdr"])
    expect(stdout).toMatch(/^Sys Power +\| 300 Watts +\| ok$/m)
    const { stdout: raw } = await run("ipmitool", [...words, "raw", "6", "1"])
    expect(raw.trim()).toMatch(/^00 03 09 08 02 9f 91 12/)
  })
})

describe.skipIf(!isThere)(named(title), () => {
  test("found, configured, measured, one lost and back again", { timeout: 120_000 }, async (t) => {
    const bmcs = await fleet(t, 4)
    const cwd = await temporaryFolder(t)
    const hosts = bmcs.map(({ host }) => host).join(",")
    const words = [
      `hosts=${hosts}`,
      "names=lab.node[1-4]",
      "user=monitor",
      "password=$BMC",
      "level=ADMIN",
      `cache=${cwd}`,
      "interval=1s",
    ]
    const found = await SourceInNetwork.discover(t, "source-ipmi", words, { cwd, env: { BMC: "secret" } })
    expect(found).toMatchObject({
      ipmi_hosts: [
        {
          names: ["lab.node1", "lab.node2", "lab.node3", "lab.node4"],
          password: { $env: "METRICQ_SECRET_BMC" },
          sensors: {
            sys_power: { name: "Sys Power", unit: "W" },
            inlet_temp: { name: "Inlet Temp", unit: "degC" },
            fan_1: { name: "Fan, 1", unit: "rpm" },
          },
        },
      ],
    })

    const config = { ...found, retry_delays: [1], selfMetrics: { interval: 0.5 } }
    const power = bmcs.map((_, i) => `lab.node${i + 1}.sys_power`)
    const source = await SourceInNetwork.start(t, "source-ipmi", config as never, {
      metrics: [...power, "lab.node1.inlet_temp", "source-ipmi.lab.node1.up"],
      env: { METRICQ_SECRET_BMC: "secret" },
    })
    const [first = "", second = ""] = power
    const [lost, other] = bmcs
    expect(await source.next(first)).toBe(300)
    expect(await source.next("lab.node1.inlet_temp")).toBe(23)
    other?.set(0, 200)
    expect(await source.next(second, (watts) => watts !== 300)).toBe(400)

    await lost?.stop()
    expect(await source.next("source-ipmi.lab.node1.up", (up) => up === 0)).toBe(0)
    expect(await source.next(first, Number.isNaN)).toBeNaN()
    // If it is lost amid a reading, FreeIPMI has another reason first.
    const isGone = [{ name: "lab.node1", error: "connection timeout" }]
    await expect.poll(() => source.failing(), { timeout: 10_000 }).toMatchObject(isGone)
    expect(await source.next(second)).toBe(400)
    await lost?.run()
    expect(await source.next(first, (watts) => watts > 0)).toBe(300)

    lost?.hang()
    expect(await source.next(first, Number.isNaN)).toBeNaN()
    for (const metric of power.slice(1)) expect(await source.next(metric)).toBeGreaterThan(0)
    lost?.resume()
    expect(await source.next(first, (watts) => watts > 0)).toBe(300)
    await expect.poll(() => source.stored(first)).toEqual(expect.arrayContaining([300, Number.NaN]))

    await source.agent.stop()
    expect(commandLines().filter((line) => line.includes("ipmi-sensors") && line.includes(hosts))).toEqual([])
  })

  test("a password is on no command line and in no environment of the tools", { timeout: 60_000 }, async (t) => {
    const port = await IpmiSimulator.freePort()
    const password = String.raw`p#\'a"$s`.replace('"', "")
    const bmc = await IpmiSimulator.start(t, { address: "127.0.0.2", port, password })
    const group = { hosts: [bmc.host, "127.0.0.9:9"], names: "lab.a,lab.b", username: "monitor", password }
    const sensors = { power: { name: "Sys Power", unit: "W" } }
    const cache = { "--sdr-cache-directory": await temporaryFolder(t) }
    const ipmi_sensors_params = { "-l": "ADMIN", "--session-timeout": 3000, ...cache }
    const config = { interval: 1, retry_delays: [0.5], ipmi_sensors_params, ipmi_hosts: [{ ...group, sensors }] }
    const source = await SourceInNetwork.start(t, "source-ipmi", config, { metrics: ["lab.a.power"] })
    const isOurs = (line: string) => line.includes("ipmi-sensors") && line.includes("127.0.0.9:9")
    await expect.poll(() => commandLines().filter(isOurs), { interval: 5, timeout: 20_000 }).not.toEqual([])
    const environments = execFileSync("sh", ["-c", "cat /proc/[0-9]*/environ 2>/dev/null || true"], {
      encoding: "latin1",
      maxBuffer: 2 ** 26,
    })
    expect(commandLines().filter((line) => line.includes(password))).toEqual([])
    expect(environments).not.toContain(password)
    expect(await source.next("lab.a.power", (watts) => watts > 0)).toBe(300)
    expect(commandLines().filter((line) => line.includes(password))).toEqual([])
  })
})

const noCompiler = (() => {
  if (!isThere) return "ipmi_sim or FreeIPMI is not installed"
  const probe = spawnSync("cc", ["-E", "-include", "OpenIPMI/mcserv.h", "-x", "c", "/dev/null"])
  return probe.status === 0 ? undefined : "there is no C compiler, or no libopenipmi-dev"
})()
const dcmiTitle = "source-ipmi reads the power by DCMI, and raw commands"

describe.skipIf(noCompiler !== undefined)(noCompiler ? `${dcmiTitle} [left out: ${noCompiler}]` : dcmiTitle, () => {
  test("beside sensors, if the operator allows the command", { timeout: 60_000 }, async (t) => {
    const folder = await temporaryFolder(t)
    const [path, native] = [join(folder, "dcmi.so"), fileURLToPath(new URL("../native/ipmi-dcmi.c", import.meta.url))]
    await run("cc", ["-shared", "-fPIC", "-O1", "-o", path, native])
    const port = await IpmiSimulator.freePort()
    const address = "127.0.0.2"
    const bmc = await IpmiSimulator.start(t, { address, port, module: { path, options: "187" }, sensors: plainSensors })
    const allowed = join(folder, "allow.json")
    writeFileSync(allowed, JSON.stringify({ commands: ["ipmi-raw 0x06 0x01"] }))
    const sensors = {
      inlet: { name: "Inlet Temp" },
      power: { dcmi: "power", unit: "W" },
      "power.max": { dcmi: "power_max", unit: "W" },
      maker: { raw: "0x06 0x01", bytes: "u16le@6" },
    }
    const group = { hosts: bmc.host, names: "lab.a", username: "monitor", password: "secret", sensors }
    const ipmi_sensors_params = { "-l": "ADMIN", "--sdr-cache-directory": folder }
    const config = { interval: 1, ipmi_sensors_params, ipmi_hosts: [group] }
    const metrics = Object.keys(sensors).map((suffix) => `lab.a.${suffix}`)
    const source = await SourceInNetwork.start(t, "source-ipmi", config, { metrics, args: ["--allow", allowed] })
    expect(await source.next("lab.a.power", (watts) => watts > 0)).toBe(187)
    expect(await source.next("lab.a.power.max", (watts) => watts > 0)).toBe(305)
    expect(await source.next("lab.a.maker", (id) => id > 0)).toBe(0x1291)
    expect(await source.next("lab.a.inlet")).toBe(23)
    expect(await source.failing()).toEqual([])
  })
})
