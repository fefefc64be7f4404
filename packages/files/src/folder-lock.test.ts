import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { onTestEnd, temporaryFolder } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { FolderInUse } from "./folder-in-use.js"
import { FolderLock } from "./folder-lock.js"

test("keeps a folder for one until it is released", async (t) => {
  const folder = await temporaryFolder(t)
  const lock = new FolderLock(folder)
  expect(() => new FolderLock(folder)).toThrow(FolderInUse)
  expect(() => new FolderLock(folder)).toThrow(`${folder} is in use by this process already; stop it, or remove`)
  lock.release()
  lock.release()
  expect(readdirSync(folder)).toEqual([])
  new FolderLock(folder).release()
})

test("a folder that is not there is an error of the system", async (t) => {
  const folder = await temporaryFolder(t)
  expect(() => new FolderLock(join(folder, "none"))).toThrow(/ENOENT/)
})

test.for([
  ["a process that is gone", { pid: 2 ** 22 + 1 }],
  ["a process number that another process has now", { process: "an earlier start" }],
] as const)("a lock of %s counts for nothing", async ([, change], t) => {
  new FolderLock(await folderLockedBy(t, change)).release()
})

test.runIf(process.platform === "linux")(
  "a lock of a process that has ended counts for nothing, taken note of or not",
  async (t) => {
    const folder = await temporaryFolder(t)
    // The shell becomes a program that takes no note of its child, which ends at once.
    const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    })
    onTestEnd(t, () => parent.kill("SIGKILL"))
    const [output] = (await once(parent.stdout, "data")) as [Buffer]
    const pid = Number(output.toString())
    const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
    const holder = { id: "x", host: hostname(), pid, process: `${boot}/${stat()[19]}` }
    writeFileSync(join(folder, "lock"), JSON.stringify(holder))
    expect(() => new FolderLock(folder)).toThrow(FolderInUse)
    await expect.poll(() => stat()[0], { timeout: 10_000 }).toBe("Z")
    new FolderLock(folder).release()
  },
)

test("a lock that cannot be read counts for nothing", async (t) => {
  const folder = await temporaryFolder(t)
  writeFileSync(join(folder, "lock"), "{")
  const lock = new FolderLock(folder)
  expect(() => new FolderLock(folder)).toThrow(FolderInUse)
  lock.release()
})

test("a lock of another machine counts while it is renewed", async (t) => {
  const folder = await folderLockedBy(t, { host: `not-${hostname()}` })
  expect(() => new FolderLock(folder)).toThrow(`in use by process ${process.pid} on not-${hostname()}`)
  const past = new Date(Date.now() - 31_000)
  utimesSync(join(folder, "lock"), past, past)
  new FolderLock(folder).release()
})

test("a lock of this process can be taken over where its thread has crashed, and no other", async (t) => {
  const folder = await folderLockedBy(t, {})
  expect(() => new FolderLock(folder)).toThrow(FolderInUse)
  const next = new FolderLock(folder, { takeOver: true })
  expect(() => new FolderLock(folder)).toThrow(FolderInUse)
  next.release()
  const foreign = await folderLockedBy(t, { host: `not-${hostname()}` })
  expect(() => new FolderLock(foreign, { takeOver: true })).toThrow(FolderInUse)
})

test("releases only its own lock", async (t) => {
  const folder = await temporaryFolder(t)
  const lock = new FolderLock(folder)
  rmSync(join(folder, "lock"))
  const next = new FolderLock(folder)
  lock.release()
  expect(() => new FolderLock(folder)).toThrow(FolderInUse)
  next.release()
})

/** A folder with a lock like one of this process but for `change`. */
async function folderLockedBy(t: TestContext, change: object): Promise<string> {
  const folder = await temporaryFolder(t)
  const path = join(folder, "lock")
  const lock = new FolderLock(folder)
  const content = readFileSync(path, "utf8")
  lock.release()
  writeFileSync(path, JSON.stringify({ ...JSON.parse(content), ...change }))
  return folder
}
