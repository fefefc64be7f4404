import { TestCouchdb } from "@metricq/testkit"
import { expect, test } from "vitest"
import { couchAddress } from "./couch-address.js"
import { CouchConfigs } from "./couch-configs.js"
import { CouchDatabase } from "./couch-database.js"
import { CouchServer } from "./couch-server.js"

test("a change that is told late does not bring back a version that has gone, nor takes it the author", async (t) => {
  const couchdb = await TestCouchdb.start(t)
  const server = new CouchServer(couchAddress(couchdb.url))
  t.onTestFinished(() => server.close())
  const [config, own] = [new CouchDatabase(server, "config"), new CouchDatabase(server, "own")]
  await config.create()
  await own.create()
  const configs = new CouchConfigs(config, own)
  const first = await configs.put("t", { rate: 1 }, { author: "ann" })
  const late = [{ id: "t", revision: first.revision, deleted: false, body: first.config }]
  await configs.noticed(late)
  await configs.put("t", { rate: 2 }, { author: "ann" })
  await configs.prune("t", { versions: 1, replacedBefore: undefined, except: [] })
  await configs.noticed(late)
  expect((await configs.versions("t", 2 ** 32, 10)).map(({ version, author }) => [version, author])).toEqual([
    [2, "ann"],
  ])
})

test("tokens that begin alike, or have anything in them, keep their versions apart", async (t) => {
  const couchdb = await TestCouchdb.start(t)
  const server = new CouchServer(couchAddress(couchdb.url))
  t.onTestFinished(() => server.close())
  const [config, own] = [new CouchDatabase(server, "config"), new CouchDatabase(server, "own")]
  await config.create()
  await own.create()
  const configs = new CouchConfigs(config, own)
  const tokens = ["a", "a-b", "a/0000000001", "a/b", "a b%2F?&#+", "ä☃", ".", "..", "a0"].sort()
  for (const token of tokens) {
    await configs.put(token, { token }, { author: "ann" })
    await configs.put(token, { token, again: true }, { author: "ann" })
  }
  for (const token of tokens) {
    expect((await configs.versions(token, 2 ** 32, 10)).map((each) => each.token)).toEqual([token, token])
    expect(await configs.version(token, 1)).toMatchObject({ config: { token } })
    expect(await configs.get(token)).toMatchObject({ config: { token, again: true } })
  }
  expect(await configs.tokens()).toEqual(tokens)
  expect((await configs.all()).map(({ token }) => token).sort()).toEqual(tokens)
})
