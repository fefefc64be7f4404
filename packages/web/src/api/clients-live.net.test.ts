import type { JsonObject } from "@metricq/client"
import { mergePatch } from "@metricq/protocol"
import { expect, test } from "vitest"
import { EventStream, type StreamEvent } from "../testing/event-stream.js"
import { GuardedWeb } from "../testing/guarded-web.js"
import { WebUnderTest } from "../testing/web-under-test.js"

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 })

const stateOf = (events: readonly StreamEvent[]) =>
  events.reduce<JsonObject>((all, { event, data }) => {
    if (event === "trouble") return all
    return event === "clients" ? (data as JsonObject) : mergePatch(all, data as JsonObject)
  }, {})

test("clients come with host, version and backlog, and what changes follows", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.database("db-t", ["t.a"])
    await net.source("source-t", { metrics: { "t.a": { rate: 2 } } })
  })
  const stream = await EventStream.open(t, web.url("api/v1/clients/live"))
  await eventually(() => stateOf(stream.events)["db-t"]).toMatchObject({ backlog: { messages: 0, unread: 0 } })
  expect(stateOf(stream.events)["source-t"]).toMatchObject({
    ...{ state: "up", host: expect.any(String), version: expect.stringMatching(/^metricq-ts\//), metrics: 1 },
    ...{ rates: { declared: 2 }, upSince: expect.stringMatching(/Z$/) },
  })
  expect(stateOf(stream.events)["source-t"]).not.toHaveProperty("discover")

  const { body } = await web.send("PATCH", "api/v1/clients", { labels: { "source-t": { room: "A", spare: "" } } })
  expect(body).toEqual({ labels: { "source-t": { room: "A", spare: "" } } })
  await eventually(() => stateOf(stream.events)["source-t"]).toMatchObject({ labels: { room: "A", spare: "" } })
  const changes = stream.events.filter(({ event }) => event === "change")
  expect(changes.some(({ data }) => Object.keys(data as JsonObject).includes("source-t"))).toBe(true)

  const lastId = stream.events.at(-1)?.id ?? ""
  stream.close()
  await web.send("PATCH", "api/v1/clients", { labels: { "source-t": { room: null } } })
  const back = await EventStream.open(t, web.url("api/v1/clients/live"), { "last-event-id": lastId })
  await eventually(() => JSON.stringify(back.events)).toContain('"room":null')
  expect(back.events.map(({ event }) => event)).not.toContain("clients")
})

test("labels are asked for in the list, changed by operators, and noted", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-a", { metrics: {} })
    await net.source("source-b", { metrics: {} })
  })
  const tokens = async (query: string) =>
    (await web.get(`api/v1/clients${query}`)).body.clients.map(({ token }: { token: string }) => token)
  const labels = { "source-a": { room: "A", spare: "" }, "source-b": { room: "B" } }
  expect((await web.send("PATCH", "api/v1/clients", { labels })).body).toEqual({ labels })
  expect(await tokens("?label=room")).toEqual(["source-a", "source-b"])
  expect(await tokens("?label=room%3DA&label=spare")).toEqual(["source-a"])
  expect((await web.get("api/v1/clients/source-b")).body.labels).toEqual({ room: "B" })
  const { body } = await web.get("api/v1/audit?action=client.label")
  expect(body.entries).toMatchObject([{ subject: "2 clients", detail: { labels } }])

  for (const [wrong, message] of [
    [{ "source-c": { room: "A" } }, /no client source-c was seen/],
    [{ "source-a": { "a b": "" } }, /cannot be the key of a label/],
    [{ "source-a": { room: "x".repeat(64) } }, /63/],
    [{}, /fewer than 1/],
  ] as const) {
    const answer = await web.send("PATCH", "api/v1/clients", { labels: wrong })
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(message) } } })
  }
})

test("who has no right to watch does not, nor goes on when it ends", async (t) => {
  const guarded = await GuardedWeb.start(t)
  const url = guarded.web.url("api/v1/clients/live")
  await expect(EventStream.open(t, url)).rejects.toThrow("status 401")
  const ann = await guarded.login("ann")
  const { body } = await ann("POST", "api/v1/tokens", { name: "wall", scope: "viewer" })
  const stream = await EventStream.open(t, url, { authorization: `Bearer ${body.secret}` })
  await eventually(() => stream.events.length).toBeGreaterThan(0)
  await ann("DELETE", `api/v1/tokens/${body.token?.id ?? body.id}`)
  await eventually(() => stream.hasEnded).toBe(true)
  const vera = await guarded.login("vera")
  expect(await vera("PATCH", "api/v1/clients", { labels: { a: { b: "" } } })).toMatchObject({ status: 403 })
})
