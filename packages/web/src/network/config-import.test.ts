import { type Client, PeerAway, TimeoutError } from "@metricq/client"
import { expect, test } from "vitest"
import { WebError } from "../server/web-error.js"
import { type ImportTools, importAll } from "./config-import.js"

const wish = (token: string) => ({ token, document: { a: 1 }, revision: null })

/** Tools of a manager that answers, unless `fail` throws. */
function tools(fail: (token: string) => void, more: Partial<ImportTools> = {}): ImportTools {
  const rpc = async (_: string, { token }: { token: string }) => {
    fail(token)
    return { token, revision: "1-a" }
  }
  const client = { rpc } as unknown as Pick<Client, "rpc">
  return { rpc: client, stored: async () => undefined, permit: () => {}, note: "", ...more }
}

const dones = async (given: ImportTools) =>
  (await importAll(["a", "b", "c"].map(wish), given)).map(({ done, message = "" }) => `${done} ${message}`.trim())

test("when the manager is away nothing more is begun, and each is told what became of it", async () => {
  const away = await dones(
    tools((token) => {
      if (token === "b") throw new PeerAway("peer-away", "nobody takes management")
    }),
  )
  expect(away).toEqual([
    ...["written", "failed nobody takes management", "failed not begun: the import broke off before"],
  ])
  const silent = await dones(
    tools((token) => {
      if (token === "b") throw new TimeoutError("no answer in 15 s")
    }),
  )
  expect(silent[1]).toBe("failed no answer in 15 s; it may have been stored")
})

test("what is not for whoever asks is refused, and the others go on", async () => {
  const permit = (token: string) => {
    if (token === "b") throw new WebError("retention", "ask an administrator", { status: 403, remedy: "" })
  }
  expect(await dones(tools(() => {}, { permit }))).toEqual(["written", "refused ask an administrator", "written"])
})
