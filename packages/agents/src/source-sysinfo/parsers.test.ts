import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { RecordedMachine } from "../testing/recorded-machine.js"
import { parseDiskStats } from "./disks.js"
import { distinctMounts, isLocalStorage, mountName, parseMounts } from "./filesystems.js"
import { parseLoadAverage } from "./load.js"
import { parseMemory, parseSwap } from "./memory.js"
import { parseNetDev } from "./network.js"
import { parsePressure } from "./pressure.js"
import { parseStat } from "./stat.js"

const server = new RecordedMachine("server").texts
const pi = new RecordedMachine("pi").texts
const container = new RecordedMachine("container").texts
const text = (machine: Map<string, string>, path: string) => machine.get(path) ?? expect.fail(`no ${path}`)

describe("/proc/stat", () => {
  test("of a server", () => {
    const stat = parseStat(text(server, "/proc/stat"))
    expect(stat.total).toEqual([401220, 1200, 90310, 15800210, 4020, 0, 3100, 0])
    expect([...stat.cores.keys()]).toEqual(["0", "1", "2", "3"])
    expect(stat).toMatchObject({
      interrupts: 88012345,
      contextSwitches: 190334127,
      forks: 512044,
      running: 3,
      blocked: 1,
    })
  })

  test("a CPU that is off is missing", () => {
    expect([...parseStat(text(pi, "/proc/stat")).cores.keys()]).toEqual(["0", "1", "3"])
  })

  test("modes that an old kernel does not tell are 0, numbers that are missing NaN", () => {
    const stat = parseStat(text(container, "/proc/stat"))
    expect(stat.total).toEqual([1000, 0, 500, 8500, 0, 0, 0, 0])
    expect(stat.forks).toBeNaN()
  })

  test("the long line of interrupts does not matter", () => {
    expect(parseStat(`intr 77 ${"1 ".repeat(100_000)}\nctxt 5`)).toMatchObject({ interrupts: 77, contextSwitches: 5 })
  })
})

// What psutil 7.2 tells for the same texts.
describe("/proc/meminfo", () => {
  const memory = (machine: Map<string, string>) => parseMemory(text(machine, "/proc/meminfo"))

  test("of a server", () => {
    expect(memory(server)).toEqual({
      total: 67308347392,
      available: 52244893696,
      percent: expect.closeTo(22.38, 2),
      used: 15063453696,
      free: 2151428096,
      active: 20971520000,
      inactive: 31457280000,
      buffers: 831492096,
      cached: 49404874752,
      shared: 536870912,
      slab: 4294967296,
    })
  })

  test("of a single-board computer", () => {
    expect(memory(pi)).toMatchObject({ available: 716922880, used: 254115840, cached: 200278016, slab: 31457280 })
  })

  test("a container that is told the host's available memory has what is free", () => {
    expect(memory(container)).toMatchObject({ available: 1073741824, used: 1073741824, percent: 50 })
    expect(memory(container).slab).toBeNaN()
  })

  test("without an estimate of the kernel, available is free and cache", () => {
    const meminfo = "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\nCached: 30 kB"
    expect(parseMemory(meminfo)).toMatchObject({ available: 150 * 1024, percent: 85 })
  })

  test("swap", () => {
    const swap = parseSwap(text(server, "/proc/meminfo"), text(server, "/proc/vmstat"))
    expect(swap).toEqual({
      total: 8589930496,
      used: 536870912,
      free: 8053059584,
      percent: expect.closeTo(6.25, 2),
      sin: 10485760,
      sout: 547356672,
    })
  })

  test("no swap at all is 0 %", () => {
    expect(parseSwap(text(container, "/proc/meminfo"), "")).toMatchObject({ total: 0, percent: 0 })
  })
})

describe("/proc/net/dev", () => {
  test("of a server", () => {
    const nics = parseNetDev(text(server, "/proc/net/dev"))
    expect([...nics.keys()]).toContain("enp65s0f0.100")
    expect(nics.get("enp65s0f0")).toEqual({
      recvBytes: 912345678901,
      recvPackets: 701234567,
      sentBytes: 512345678901,
      sentPackets: 601234567,
    })
  })

  test("numbers right behind the colon, and a colon in the name", () => {
    const nics = parseNetDev(text(container, "/proc/net/dev"))
    expect(nics.get("eth0")).toMatchObject({ recvBytes: 4000000000, sentPackets: 1000000 })
    expect(nics.get("eth0:1")).toMatchObject({ recvBytes: 1000, sentPackets: 20 })
  })
})

describe("/proc/diskstats", () => {
  test("disks and partitions, also with the fewer numbers of older kernels", () => {
    const disks = parseDiskStats(text(server, "/proc/diskstats"))
    expect([...disks.keys()]).toEqual(["loop0", "nvme0n1", "nvme0n1p1", "sda", "sda1", "dm-0"])
    expect(disks.get("nvme0n1")).toEqual({
      reads: 1203456,
      sectorsRead: 98765432,
      writes: 2345678,
      sectorsWritten: 187654321,
    })
    expect(disks.get("sda1")).toMatchObject({ reads: 5001200, sectorsWritten: 80123400 })
  })
})

describe("/proc/self/mounts", () => {
  const mounts = parseMounts(text(server, "/proc/self/mounts"))

  test("a blank in a path", () => {
    expect(mounts).toContainEqual({ source: "/dev/sda1", path: "/srv/share one", type: "xfs" })
  })

  test("each device once, by its shortest path, and what lies on this machine", () => {
    const paths = distinctMounts(mounts)
      .filter(isLocalStorage)
      .map(({ path }) => path)
    expect(paths).toEqual(["/", "/boot/efi", "/srv/share one", "/home"])
  })

  test("what was mounted last covers what was mounted there before", () => {
    const covered = parseMounts("/dev/a /mnt ext4 rw 0 0\n/dev/b /mnt xfs rw 0 0\n")
    expect(distinctMounts(covered)).toEqual([{ source: "/dev/b", path: "/mnt", type: "xfs" }])
  })

  test("names", () => {
    expect(["/", "/var/lib", "//x"].map(mountName)).toEqual(["root", "var/lib", "x"])
  })
})

test("/proc/loadavg", () => {
  expect(parseLoadAverage(text(server, "/proc/loadavg"))).toEqual({ avg1: 1.25, avg5: 0.98, avg15: 0.75, tasks: 1042 })
})

test("/proc/pressure", () => {
  expect(parsePressure(text(server, "/proc/pressure/io"))).toEqual({ some: 910234567, full: 810234567 })
  expect(parsePressure(text(container, "/proc/pressure/cpu"))).toEqual({ some: 1000000, full: Number.NaN })
})

describe("garbage", () => {
  const parsers: Record<string, (text: string) => unknown> = {
    parseStat,
    parseMemory,
    parseSwap: (text) => parseSwap(text, text),
    parseNetDev,
    parseDiskStats,
    parseMounts: (text) => distinctMounts(parseMounts(text)).map(({ path }) => mountName(path)),
    parseLoadAverage,
    parsePressure,
  }
  const paths = [...server.keys()].filter((path) => path.startsWith("/proc/"))
  /** A recorded text with pieces cut out, doubled or replaced. */
  const damaged = fc
    .tuple(fc.constantFrom(...paths), fc.nat(4000), fc.nat(400), fc.string({ unit: "binary", maxLength: 30 }))
    .map(([path, at, length, junk]) => {
      const whole = text(server, path)
      return whole.slice(0, at % whole.length) + junk + whole.slice((at % whole.length) + length)
    })

  test.each(Object.keys(parsers))("never makes %s throw", (name) => {
    const parse = parsers[name] ?? expect.fail()
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: "binary", maxLength: 300 })), (garbage) => void parse(garbage)),
    )
  })

  test("gives no counter that is no number", () => {
    fc.assert(
      fc.property(damaged, (garbage) => {
        const counters = [...parseNetDev(garbage).values(), ...parseDiskStats(garbage).values()].flatMap(Object.values)
        expect(counters.filter((count) => !Number.isFinite(count))).toEqual([])
      }),
    )
  })
})
