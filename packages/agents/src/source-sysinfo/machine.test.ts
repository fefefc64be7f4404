import { tmpdir } from "node:os"
import { describe, expect, test } from "vitest"
import { machineOf, only } from "../testing/machine-of.js"
import { RecordedMachine } from "../testing/recorded-machine.js"
import { choicesOf, sysinfoSchema } from "./config.js"
import { SystemFiles } from "./files.js"
import { Machine } from "./machine.js"

/** Every metric of the recorded server. */
function serverMetrics(): string[] {
  const each = (prefixes: string[], fields: string[]) =>
    prefixes.flatMap((prefix) => fields.map((f) => `${prefix}.${f}`))
  const disks = ["loop0", "nvme0n1", "nvme0n1p1", "sda", "sda1", "dm-0"].map((disk) => `disk.${disk}`)
  const nics = ["net.enp65s0f0", "net.enp65s0f0_100", "net.eno1"]
  const filesystems = ["fs.root", "fs.srv_share_one", "fs.home", "fs.boot_efi"]
  return [
    ...each(["cpu.core0", "cpu.core1", "cpu.core2", "cpu.core3", "cpu"], ["usage"]),
    ...each(["cpu.mode"], ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]),
    ...each(["load"], ["avg1", "avg5", "avg15"]),
    ...each(["mem"], ["total", "available", "percent", "used", "free", "active", "inactive"]),
    ...each(["mem"], ["buffers", "cached", "shared", "slab"]),
    ...each(["swap"], ["total", "used", "free", "percent", "sin", "sout"]),
    ...each(nics, ["sent.bytes", "recv.bytes", "sent.packets", "recv.packets"]),
    ...each(disks, ["read.bytes", "written.bytes", "read.count", "written.count"]),
    ...each(filesystems, ["total", "used", "available", "percent"]),
    ...each(filesystems.slice(0, 3), ["inodes_percent"]),
    ...each(["temp"], ["acpitz_temp1", "coretemp_0_Package_id_0", "coretemp_0_Core_0", "coretemp_0_Core_8"]),
    ...each(["temp"], ["coretemp_1_Package_id_1", "nvme0_Composite"]),
    ...each(["pressure.cpu", "pressure.memory", "pressure.io"], ["some", "full"]),
    ...each(["power"], ["package-0", "package-0_dram", "package-1"]),
    ...each(["system"], ["uptime", "tasks", "running", "blocked", "interrupts", "context_switches", "forks"]),
  ]
}

describe("a server", () => {
  test("has the metrics of all groups from the first round on, rates without a value yet", async () => {
    const values = await machineOf(new RecordedMachine("server")).read()
    expect(Object.keys(values).sort()).toEqual(serverMetrics().sort())
    const withoutValue = Object.keys(values).filter((metric) => values[metric] === undefined)
    expect(withoutValue.filter((metric) => !/^(cpu|net|disk|pressure|power|system)\./.test(metric))).toEqual([])
    expect(values).toMatchObject({
      "mem.total": 67308347392,
      "swap.used": 536870912,
      "load.avg1": 1.25,
      "system.uptime": 40012.34,
      "system.tasks": 1042,
      "fs.root.total": 25600000 * 4096,
      "fs.root.percent": expect.closeTo((12.8 / (12.8 + 11.52)) * 100, 6),
      "fs.srv_share_one.available": 97656250 * 4096,
      "temp.coretemp_0_Package_id_0": 61,
      "temp.coretemp_1_Package_id_1": 63,
      "temp.nvme0_Composite": 38.85,
      "temp.acpitz_temp1": 27.8,
    })
  })

  test("tells rates by the time that really passed", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files)
    await read()
    files.nowMs += 2000
    files.edit("/proc/net/dev", "912345678901 701234567", "912345698901 701234667")
    files.edit("/proc/diskstats", "sda 5001234 0 400123456", "sda 5001334 0 400123556")
    files.edit("/proc/stat", "ctxt 190334127", "ctxt 190335127")
    files.edit("/proc/pressure/io", "total=910234567", "total=910734567")
    files.edit("/sys/class/powercap/intel-rapl:1/energy_uj", "112100000000", "112300000000")
    const values = await read()
    expect(values).toMatchObject({
      "net.enp65s0f0.recv.bytes": 10_000,
      "net.enp65s0f0.recv.packets": 50,
      "net.enp65s0f0.sent.bytes": 0,
      "disk.sda.read.count": 50,
      "disk.sda.read.bytes": 25_600,
      "system.context_switches": 500,
      "pressure.io.some": 25,
      "pressure.io.full": 0,
      "power.package-1": 100,
    })
  })

  test("tells CPU time in percent of one CPU", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files)
    await read()
    files.nowMs += 1000
    // Of four CPUs, one is busy for the whole second and another waits for a disk half of it.
    files.edit("/proc/stat", /^cpu {2}401220 1200 90310 15800210 4020/m, "cpu  401300 1200 90330 15800460 4070")
    files.edit("/proc/stat", "cpu0 101305 300 22577 3950052 1005", "cpu0 101385 300 22597 3950052 1005")
    files.edit("/proc/stat", "cpu1 99305 300 22577 3950053 1005", "cpu1 99305 300 22577 3950103 1055")
    files.edit("/proc/stat", "cpu2 100305 300 22578 3950052", "cpu2 100305 300 22578 3950152")
    files.edit("/proc/stat", "cpu3 100305 300 22578 3950053", "cpu3 100305 300 22578 3950153")
    expect(await read()).toMatchObject({
      "cpu.usage": 100,
      "cpu.mode.user": 80,
      "cpu.mode.system": 20,
      "cpu.mode.idle": 250,
      "cpu.mode.iowait": 50,
      "cpu.core0.usage": 100,
      "cpu.core1.usage": 0,
    })
  })

  test("reads each file once a round", async () => {
    const files = new RecordedMachine("server")
    await machineOf(files).read()
    const often = [...files.reads].filter(([path, count]) => path.startsWith("/proc/") && count > 1)
    expect(often).toEqual([])
  })

  test("does not read what is switched off", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files, only("load"))
    expect(Object.keys(await read())).toEqual(["load.avg1", "load.avg5", "load.avg15"])
    expect([...files.reads.keys()]).toEqual(["/proc/loadavg"])
  })

  test("goes by include and exclude", async () => {
    const { read } = machineOf(new RecordedMachine("server"), {
      ...only(),
      net: { include: ["lo", "enp*"], exclude: ["*_100"] },
      mem: { include: ["percent"] },
      modes: { exclude: ["i*", "s*"] },
      cores: { include: ["core1"] },
      fs: { include: ["mnt_filer"] },
    })
    const devices = new Set(Object.keys(await read()).map((name) => name.split(".").slice(0, 2).join(".")))
    expect([...devices].sort()).toEqual([
      "cpu.core1",
      "cpu.mode",
      "fs.mnt_filer",
      "mem.percent",
      "net.enp65s0f0",
      "net.lo",
    ])
    expect(Object.keys(await read()).filter((name) => name.startsWith("cpu.mode"))).toEqual([
      "cpu.mode.user",
      "cpu.mode.nice",
    ])
  })
})

describe("other machines", () => {
  test("a single-board computer has its thermal zone, and no pressure or power", async () => {
    const values = await machineOf(new RecordedMachine("pi")).read()
    expect(values).toMatchObject({ "temp.cpu-thermal": 48.312, "cpu.core3.usage": undefined })
    expect(Object.keys(values).filter((name) => /^(pressure|power|cpu\.core2)\b/.test(name))).toEqual([])
  })

  test("a container has what its kernel tells", async () => {
    const values = await machineOf(new RecordedMachine("container")).read()
    expect(Object.keys(values)).toContain("pressure.cpu.some")
    expect(Object.keys(values)).not.toContain("pressure.cpu.full")
    expect(values).toMatchObject({ "fs.root.used": 750000 * 4096, "mem.available": 1073741824 })
    expect(Object.keys(values).filter((name) => /inodes|slab|disk|forks/.test(name))).toEqual([])
  })

  test("one where nothing can be read has no metrics, and no problem", async () => {
    const { read, problems } = machineOf(new RecordedMachine())
    expect(await read()).toEqual({})
    expect(problems).toEqual([])
  })
})

describe("without /proc", () => {
  test("node:os tells CPU, load, memory and uptime", async () => {
    const files = new RecordedMachine()
    const { read } = machineOf(files, {}, "darwin")
    const first = await read()
    expect(Object.keys(first)).toEqual(
      expect.arrayContaining([
        "cpu.usage",
        "cpu.mode.user",
        "cpu.core0.usage",
        "load.avg1",
        "mem.total",
        "system.uptime",
      ]),
    )
    expect(Object.keys(first).filter((name) => /iowait|steal|cached|swap|net|disk/.test(name))).toEqual([])
    expect(first["mem.total"]).toBeGreaterThan(0)

    const until = Date.now() + 150
    while (Date.now() < until) Math.sqrt(until)
    files.nowMs += 1000
    const second = await read()
    expect(second["cpu.usage"]).toBeGreaterThan(0)
  })
})

test.skipIf(process.platform !== "linux")("this machine tells its memory and its busy CPU", async () => {
  const files = new SystemFiles()
  const machine = new Machine({
    choices: choicesOf(sysinfoSchema.parse({})),
    periodS: 0.1,
    files,
    onProblem: (group, error) => expect.fail(`${group} in ${tmpdir()}: ${error}`),
  })
  await machine.read()
  const until = performance.now() + 300
  while (performance.now() < until) Math.sqrt(until)
  const values = new Map((await machine.read()).map(({ metric, value }) => [metric, value]))
  await files.close()
  expect(values.get("cpu.usage")).toBeGreaterThan(20)
  expect(values.get("mem.total")).toBeGreaterThan(2 ** 24)
  expect([...values.values()].filter(Number.isNaN)).toEqual([])
})
