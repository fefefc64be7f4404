import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { EditedFile } from "./editor.js"

function script(body: string): string {
  const folder = mkdtempSync(join(tmpdir(), "metricq-editor-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, "editor.sh")
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return path
}

test("the editor's arguments and the file reach it, and its text comes back", async () => {
  const file = await EditedFile.create("source-a/../b", "old")
  const editor = `${script('[ "$1" = --wait ] && printf new > "$2"')} --wait`
  expect(await file.edit({ EDITOR: "false", VISUAL: editor })).toBe("new")
  expect(file.path.endsWith("/source-a_.._b.json")).toBe(true)
  expect(statSync(file.path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700)
  await file.discard()
  expect(existsSync(dirname(file.path))).toBe(false)
})

test("an editor that fails leaves the text and is named", async () => {
  const file = await EditedFile.create("source-a", "old")
  await expect(file.edit({ EDITOR: script("exit 3") })).rejects.toThrow(/editor\.sh" ended with code 3.*source-a\.json/)
  expect(existsSync(file.path)).toBe(true)
  await file.discard()
})
