import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { machineOf, only } from "../testing/machine-of.js"
import { RecordedMachine } from "../testing/recorded-machine.js"

describe("devices that come and go", () => {
  test("a network interface", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files, only("net"))
    await read()
    files.nowMs += 1000
    const wlan = " wlan0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n"
    files.texts.set("/proc/net/dev", files.texts.get("/proc/net/dev") + wlan)
    expect(await read()).toHaveProperty(["net.wlan0.sent.bytes"], undefined)
    files.nowMs += 1000
    files.edit("/proc/net/dev", "2000 20", "5000 30")
    expect(await read()).toHaveProperty(["net.wlan0.sent.bytes"], 3000)

    files.nowMs += 1000
    files.edit("/proc/net/dev", "wlan0: 1000 10 0 0 0 0 0 0 5000 30 0 0 0 0 0 0\n", "")
    expect(await read()).not.toHaveProperty(["net.wlan0.sent.bytes"])

    files.nowMs += 1000
    files.texts.set("/proc/net/dev", files.texts.get("/proc/net/dev") + wlan)
    expect(await read()).toHaveProperty(["net.wlan0.sent.bytes"], undefined)
  })

  test("a CPU", async () => {
    const files = new RecordedMachine("pi")
    const { read } = machineOf(files, only("cpu", "cores"))
    await read()
    files.nowMs += 1000
    files.edit("/proc/stat", "cpu3 ", "cpu2 5000 0 2000 225500 150 0 50 0 0 0\ncpu3 ")
    files.edit("/proc/stat", "cpu  20100 0 8100 901000", "cpu  20200 0 8100 901300")
    files.edit("/proc/stat", "cpu0 5100 0", "cpu0 5200 0")
    const values = await read()
    expect(values).toMatchObject({ "cpu.usage": 100, "cpu.core0.usage": 100 })
    expect(values).toHaveProperty(["cpu.core2.usage"], undefined)
  })

  test("a sensor, found within ten seconds; one that fails is left out meanwhile", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files, only("temp"))
    await read()
    files.texts.delete("/sys/class/hwmon/hwmon3/temp1_input")
    files.texts.set("/sys/class/hwmon/hwmon9/name", "drivetemp\n")
    files.texts.set("/sys/class/hwmon/hwmon9/temp1_input", "31000\n")
    files.nowMs += 1000
    expect(await read()).not.toHaveProperty(["temp.nvme0_Composite"])
    files.nowMs += 10_000
    expect(await read()).toHaveProperty(["temp.drivetemp_temp1"], 31)
  })

  test("filesystems", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files, only("fs"))
    expect(await read()).toHaveProperty(["fs.home.total"])
    files.sizes.delete("/home")
    expect(await read()).not.toHaveProperty(["fs.home.total"])
    files.edit("/proc/self/mounts", /^tank.*\n/m, "/dev/sdz1 /media/stick vfat rw 0 0\n")
    files.sizes.set("/media/stick", { bsize: 512, blocks: 100, bfree: 50, bavail: 50, files: 0, ffree: 0 })
    expect(await read()).toHaveProperty(["fs.media_stick.percent"], 50)
  })
})

describe("counters that jump", () => {
  const net = (files: RecordedMachine) => machineOf(files, only("net"))

  test("one of 32 bits that runs over is continued", async () => {
    const files = new RecordedMachine("pi")
    const { read } = net(files)
    await read()
    files.nowMs += 1000
    files.edit("/proc/net/dev", "4294967000 3100123", "704 3100124")
    expect(await read()).toMatchObject({ "net.eth0.recv.bytes": 1000, "net.eth0.recv.packets": 1 })
  })

  test("an interface that is set back skips a round", async () => {
    const files = new RecordedMachine("pi")
    const { read } = net(files)
    await read()
    files.nowMs += 1000
    files.edit(
      "/proc/net/dev",
      "4294967000 3100123    0    0    0     0          0         0 10123456   90123",
      "90 1 0 0 0 0 0 0 60 1",
    )
    const values = await read()
    expect(values).toHaveProperty(["net.eth0.recv.bytes"], undefined)
    expect(values).toHaveProperty(["net.eth0.sent.packets"], undefined)
    files.nowMs += 1000
    files.edit("/proc/net/dev", "90 1 0", "190 2 0")
    expect(await read()).toMatchObject({ "net.eth0.recv.bytes": 100 })
  })

  test("an energy counter runs over where the zone says", async () => {
    const files = new RecordedMachine("server")
    const { read } = machineOf(files, only("power"))
    await read()
    files.nowMs += 1000
    files.edit("/sys/class/powercap/intel-rapl:0/energy_uj", "262100000000", "6671150")
    const values = await read()
    expect(values).toHaveProperty(["power.package-0"], expect.closeTo(50, 6))
    expect(values).toHaveProperty(["power.package-0_dram"], 0)
  })

  test("CPU time that is set back skips a round; idle time may step back by a tick", async () => {
    const files = new RecordedMachine("container")
    const { read } = machineOf(files, only("cpu"))
    const ticks = async (numbers: string) => {
      files.nowMs += 1000
      files.texts.set("/proc/stat", `cpu ${numbers}\ncpu0 ${numbers}\n`)
      return (await read())["cpu.usage"]
    }
    await read()
    expect(await ticks("1060 0 540 8499 0")).toBe(100)
    expect(await ticks("10 0 5 85 0")).toBeUndefined()
    expect(await ticks("35 0 30 135 0")).toBe(50)
    expect(await ticks("35 0 30 135 0")).toBeUndefined()
    expect(await ticks("35 0 30 130 0")).toBeUndefined()
    expect(await ticks("35 0 30 230 0")).toBe(0)
  })

  test("a round that follows too soon has no rates, and the next one covers it", async () => {
    const files = new RecordedMachine("pi")
    const { read } = net(files)
    await read()
    files.nowMs += 10
    expect(await read()).toHaveProperty(["net.eth0.recv.packets"], undefined)
    files.nowMs += 990
    files.edit("/proc/net/dev", "3100123", "3100223")
    expect(await read()).toMatchObject({ "net.eth0.recv.packets": 100 })
  })
})

describe("a group that is in trouble", () => {
  test("does not hold up the others, and comes back when it is done", async () => {
    const files = new RecordedMachine("server")
    const { read, problems } = machineOf(files, only("load", "fs"))
    const size = await files.statfs("/")
    let answer = (_: typeof size) => {}
    const asked: string[] = []
    files.statfs = (path) => {
      asked.push(path)
      return new Promise((resolve) => {
        answer = resolve
      })
    }
    expect(Object.keys(await read())).toEqual(["load.avg1", "load.avg5", "load.avg15"])
    expect(problems).toEqual([{ group: "fs", error: "not read within 500 ms" }])
    await read()
    expect(asked).toEqual(["/"])

    files.statfs = async () => size
    answer(size)
    await new Promise(setImmediate)
    expect(await read()).toHaveProperty(["fs.root.total"])
  })

  test("with a defect is told, and the others are read", async () => {
    const files = new RecordedMachine("server")
    const { read, problems } = machineOf(files, only("load", "temp"))
    files.list = () => Promise.reject(new Error("broken"))
    expect(Object.keys(await read())).toHaveLength(3)
    expect(problems).toMatchObject([{ group: "temp", error: { message: "broken" } }])
  })
})

test("whatever the texts become, names are distinct and well formed, values are numbers, and nothing fails", async () => {
  const paths = [...new RecordedMachine("server").texts.keys()]
  const junk = fc.string({ unit: "binary", maxLength: 20 })
  const edits = fc.array(fc.tuple(fc.constantFrom(...paths), fc.nat(4000), fc.nat(200), junk), { maxLength: 6 })
  const property = fc.asyncProperty(edits, async (list) => {
    const files = new RecordedMachine("server")
    const { read, problems } = machineOf(files)
    await read()
    files.nowMs += 1000
    for (const [path, at, length, junk] of list) {
      const text = files.texts.get(path) ?? ""
      const start = at % Math.max(1, text.length)
      files.texts.set(path, text.slice(0, start) + junk + text.slice(start + length))
    }
    const values = await read()
    expect(problems).toEqual([])
    expect(Object.keys(values).filter((metric) => !/^[A-Za-z0-9_.-]+$/.test(metric))).toEqual([])
    expect(Object.values(values).filter((value) => value !== undefined && !Number.isFinite(value))).toEqual([])
  })
  await fc.assert(property, { numRuns: 200 })
})
