import { once } from "node:events"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, type TestContext, test } from "vitest"
import { describeWithPowerLoss, PowerSupply } from "./power-loss.js"
import type { Step } from "./power-loss-writer.js"

/** A process that has done these steps. */
async function start(t: TestContext, ...steps: Step[]) {
  const supply = await PowerSupply.make(t)
  const child = supply.start(new URL("./power-loss-writer.js", import.meta.url), [supply.folder])
  await once(child, "message")
  const obey = async (step: Step) => {
    child.send(step)
    const [answer] = await once(child, "message")
    return answer as string
  }
  for (const step of steps) expect(await obey(step)).toBe("done")
  const disk = async () => {
    const names = await readdir(supply.folder)
    const texts = await Promise.all(names.map((name) => readFile(join(supply.folder, name), "utf8")))
    return Object.fromEntries(names.map((name, index) => [name, texts[index]]))
  }
  return { supply, obey, disk }
}

describeWithPowerLoss("the shim that forgets writes", () => {
  test("what was synced stays, what was not is forgotten", async (t) => {
    const { supply, disk } = await start(
      t,
      ["write", "log", "one ", 0],
      ["sync-folder"],
      ["datasync", "log"],
      ["write", "log", "two", 4],
      ["write", "log", "ONE", 0],
      ["truncate", "log", 2],
    )
    await supply.cut(0)
    expect(await disk()).toEqual({ log: "one " })
  })

  test("a name lasts when its folder is synced, whatever the file is", async (t) => {
    const { supply, disk } = await start(
      t,
      ["write", "kept", "text", 0],
      ["sync-folder"],
      ["write", "lost", "text", 0],
      ["sync", "lost"],
    )
    await supply.cut(0)
    expect(await disk()).toEqual({ kept: "" })
  })

  test("a renaming or removal that was not synced is undone, with the file that was replaced", async (t) => {
    const { supply, disk } = await start(
      t,
      ["write", "current", "old", 0],
      ["sync", "current"],
      ["write", "next", "new", 0],
      ["sync", "next"],
      ["write", "other", "here", 0],
      ["sync", "other"],
      ["sync-folder"],
      ["rename", "next", "current"],
      ["remove", "other"],
    )
    expect(await disk()).toEqual({ current: "new" })
    await supply.cut(0)
    expect(await disk()).toEqual({ current: "old", next: "new", other: "here" })
  })

  test("a cut may keep a part of what was not synced, with holes", async (t) => {
    const blocks = Array.from("abcdefgh", (letter) => letter.repeat(512))
    const seen = new Set<string>()
    for (let seed = 1; seed <= 20; seed++) {
      const { supply, disk } = await start(
        t,
        ["write", "log", "", 0],
        ["sync-folder"],
        ...blocks.map((text, index): Step => ["write", "log", text, 512 * index]),
      )
      await supply.cut(seed)
      const { log = "" } = await disk()
      for (let at = 0; at < log.length; at += 512) {
        expect([blocks[at / 512], "\0".repeat(512)]).toContain(log.slice(at, at + 512))
      }
      seen.add(log.replaceAll(/(.)\1{511}/gs, "$1").replaceAll("\0", "-"))
    }
    expect(seen.size).toBeGreaterThan(10)
  })

  test("the cut comes before the operation that it is asked for", async (t) => {
    const { supply, obey, disk } = await start(t, ["write", "log", "", 0], ["sync-folder"])
    await supply.cutAfter(4, 0)
    for (const text of ["one", "two"]) {
      await obey(["write", "log", text, 0])
      await obey(["datasync", "log"])
    }
    void obey(["write", "log", "more", 0])
    await supply.ended()
    expect(await disk()).toEqual({ log: "two" })
  })

  test("operations fail as they are told to, until they are healed", async (t) => {
    const { supply, obey, disk } = await start(t, ["write", "log", "", 0])
    await supply.fail("write", 28, 1_000)
    expect(await obey(["write", "log", "text", 0])).toBe("ENOSPC")
    await supply.fail("sync", 5, 1)
    expect(await obey(["sync", "log"])).toBe("EIO")
    expect(await obey(["sync", "log"])).toBe("done")
    await supply.heal()
    expect(await obey(["write", "log", "text", 0])).toBe("done")
    await supply.fail("write", -28, 2)
    expect(await obey(["write", "log", "longer", 0])).toBe("3 written")
    expect(await disk()).toEqual({ log: "lont" })
  })
})
