import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { JsonObject } from "@metricq/client"
import { open } from "lmdb"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { documentsContract } from "../testing/documents-contract.js"
import { folderStore } from "../testing/stores.js"
import { StorageError } from "./errors.js"
import { openDocuments } from "./lmdb-documents.js"
import type { DocumentStore } from "./store.js"

let folder: string
let store: DocumentStore

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "metricq-documents-"))
  store = await openDocuments(folder)
})

afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe("a folder of documents", () => documentsContract(folderStore))

describe("the folder", () => {
  test("is not opened twice by this process", async () => {
    await expect(openDocuments(folder)).rejects.toThrow(/is in use by this process already; stop it, or remove .*lock/)
    await expect(openDocuments(folder)).rejects.toBeInstanceOf(StorageError)
    await store.close()
    await store.close()
    await expect(store.config("a")).rejects.toThrow(/closed/)
    store = await openDocuments(folder)
  })

  test("is not opened while another process has it, and taken over once that was killed", async () => {
    await store.close()
    const child = await writer(folder)
    await expect(openDocuments(folder)).rejects.toThrow(`is in use by process ${child.process.pid}`)
    await kill(child.process)
    store = await openDocuments(folder)
  })

  test("is taken over from a process whose pid was given to another since", async () => {
    const holder = JSON.parse(readFileSync(join(folder, "lock"), "utf8")) as JsonObject
    await store.close()
    writeFileSync(join(folder, "lock"), JSON.stringify({ ...holder, id: "other", process: "an earlier start" }))
    store = await openDocuments(folder)
  })

  test("is taken over from another host only after 30 s without renewal", async () => {
    const path = join(folder, "lock")
    const holder = JSON.parse(readFileSync(path, "utf8")) as JsonObject
    await store.close()
    writeFileSync(path, JSON.stringify({ ...holder, id: "other", host: "elsewhere" }))
    await expect(openDocuments(folder)).rejects.toThrow("on elsewhere")
    const past = new Date(Date.now() - 31_000)
    utimesSync(path, past, past)
    store = await openDocuments(folder)
  })

  test("of a newer format is left alone", async () => {
    await store.close()
    const root = open({ path: join(folder, "documents.mdb"), noSubdir: true, maxDbs: 8, encoding: "binary" })
    root.openDB({ name: "about", encoding: "string" }).putSync("format", "metricq-documents 2")
    await root.close()
    await expect(openDocuments(folder)).rejects.toThrow('format "metricq-documents 2"')
    rmSync(folder, { recursive: true, force: true })
    store = await openDocuments(folder)
  })

  test("a file where the folder should be is a clear error", async () => {
    const path = join(folder, "file")
    writeFileSync(path, "")
    await expect(openDocuments(path)).rejects.toThrow(/cannot make the folder|lock/)
  })
})

test("whatever was acknowledged is there after kill -9 of the writer", { timeout: 60_000 }, async () => {
  await store.close()
  for (let round = 0; round < 8; round++) {
    const child = await writer(folder, round)
    const wanted = 40 + round * 17
    while (child.acknowledged.length < wanted) await child.next()
    await kill(child.process)
    store = await openDocuments(folder)
    for (const line of child.acknowledged) {
      const [kind, key, value] = line.split(" ") as [string, string, string]
      if (kind === "config")
        expect((await store.configVersion(key, Number(value)))?.config).toEqual({ value: Number(value) })
      else expect((await store.getMany("metadata", [key]))[0]?.body).toEqual({ value })
    }
    await store.close()
  }
  store = await openDocuments(folder)
})

/** A process that opens the folder, writes without end and prints a line for each write that was acknowledged. */
async function writer(folder: string, round = 0) {
  const program = `
    import { openDocuments } from ${JSON.stringify(new URL("./lmdb-documents.js", import.meta.url).href)}
    const store = await openDocuments(${JSON.stringify(folder)})
    console.log("open")
    const configs = async () => {
      for (;;) {
        const { version } = (await store.config("t")) ?? { version: 0 }
        await store.putConfig("t", { value: version + 1 }, { author: "child" })
        console.log("config t " + (version + 1))
      }
    }
    const metrics = async (lane) => {
      for (let n = 0; ; n++) {
        const ids = Array.from({ length: 20 }, (_, i) => "m.${round}." + lane + "." + n + "." + i)
        await store.update("metadata", ids, (id) => ({ value: id }))
        for (const id of ids) console.log("metric " + id + " " + id)
      }
    }
    await Promise.all([configs(), metrics("a"), metrics("b")])`
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const acknowledged: string[] = []
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error("the writer ended by itself")
    if (value !== "open") acknowledged.push(value)
  }
  await next()
  return { process: child, acknowledged, next }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGKILL")
  await gone
}
