import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

test("lasting queues are listed, all or those of a client, and one that nobody reads can be deleted", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.database("db-here", ["lab.power"])
    await (await net.database("db-gone", ["lab.power"])).stop()
  })
  const names = async (query = "") =>
    (await web.get(`api/v1/queues${query}`)).body.queues.map(({ queue }: { queue: string }) => queue).sort()
  expect(await names()).toEqual(["db-gone-data", "db-gone-hreq", "db-here-data", "db-here-hreq"])
  expect(await names("?token=db-gone")).toEqual(["db-gone-data", "db-gone-hreq"])

  const remove = (queue: string) => web.get(`api/v1/queues/${queue}`, { method: "DELETE" })
  expect(await remove("db-here-data")).toMatchObject({ status: 400, body: { error: { code: "refused" } } })
  expect(await remove("no-such-data")).toMatchObject({ status: 400 })
  expect(await remove("db-gone-data")).toEqual({ status: 200, body: { queue: "db-gone-data", messages: 0 } })
  expect(await names("?token=db-gone")).toEqual(["db-gone-hreq"])
  expect((await web.get("api/v1/audit")).body.entries[0]).toMatchObject({
    action: "queue.delete",
    subject: "db-gone-data",
  })
})
