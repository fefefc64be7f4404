import { EventEmitter } from "node:events"
import type { Channel } from "amqplib"
import { describe, expect, test } from "vitest"
import { type PendingRequest, PendingRequests } from "./pending-requests.js"

interface Published {
  key: string
  id: string
}

/** Keeps what is published. */
class FakeChannel extends EventEmitter {
  readonly published: Published[] = []
  isClosed = false
  publish(_exchange: string, key: string, _body: Buffer, { correlationId }: { correlationId: string }): boolean {
    if (this.isClosed) throw new Error("closed")
    this.published.push({ key, id: correlationId })
    return true
  }
  get keys(): string[] {
    return this.published.map(({ key }) => key)
  }
  get asChannel(): Channel {
    return this as unknown as Channel
  }
}

function made(mostInFlight?: number) {
  const requests = new PendingRequests<string>("t", mostInFlight)
  const ends: string[] = []
  const ask = (key: string, options: Partial<PendingRequest<string>> = {}) =>
    requests.start({
      exchange: "x",
      routingKey: key,
      body: Buffer.alloc(0),
      properties: {},
      timeoutMs: 60_000,
      repeatable: true,
      onAnswer: (answer) => ends.push(`${key} ${answer}`) > 0,
      onTimeout: () => ends.push(`${key} timeout`),
      onReturned: () => ends.push(`${key} returned`),
      onLost: () => ends.push(`${key} lost`),
      onAborted: (reason) => ends.push(`${key} ${String((reason as Error).message)}`),
      ...options,
    })
  return { requests, ends, ask }
}

describe("pending requests", () => {
  test("wait for a channel, and get their own answer whatever the order", () => {
    const { requests, ends, ask } = made()
    ask("a")
    ask("b")
    const channel = new FakeChannel()
    requests.attach(channel.asChannel)
    ask("c")
    expect(channel.keys).toEqual(["a", "b", "c"])
    for (const { id, key } of [...channel.published].reverse()) expect(requests.take(id, key.toUpperCase())).toBe(true)
    expect(ends).toEqual(["c C", "b B", "a A"])
    expect(requests.take(channel.published[0]!.id, "again")).toBe(false)
    expect(requests.take(undefined, "?")).toBe(false)
    expect(requests.size).toBe(0)
  })

  test("no more are on their way than allowed; each end lets the next one go", () => {
    const { requests, ask } = made(2)
    const channel = new FakeChannel()
    requests.attach(channel.asChannel)
    const control = new AbortController()
    ask("a")
    ask("b")
    ask("c", { signal: control.signal })
    ask("d")
    ask("e")
    expect(channel.keys).toEqual(["a", "b"])
    control.abort(new Error("enough"))
    expect(channel.keys).toEqual(["a", "b"])
    requests.take(channel.published[1]!.id, "B")
    expect(channel.keys).toEqual(["a", "b", "d"])
    channel.emit("return", { properties: { correlationId: channel.published[0]!.id } })
    expect(channel.keys).toEqual(["a", "b", "d", "e"])
  })

  test("of a lost channel go again on the next, in their order; those that may not be repeated end", () => {
    const { requests, ends, ask } = made(2)
    const first = new FakeChannel()
    requests.attach(first.asChannel)
    ask("a")
    ask("b", { repeatable: false })
    ask("c", { repeatable: false })
    first.isClosed = true
    first.emit("close")
    expect(ends).toEqual(["b lost"])
    const second = new FakeChannel()
    requests.attach(second.asChannel)
    expect(second.keys).toEqual(["a", "c"])
    expect(second.published[0]!.id).toBe(first.published[0]!.id)
  })

  test("that a closed channel does not take are not lost", () => {
    const { requests, ask } = made(1)
    const first = new FakeChannel()
    requests.attach(first.asChannel)
    first.isClosed = true
    ask("a", { repeatable: false })
    first.emit("close")
    const second = new FakeChannel()
    requests.attach(second.asChannel)
    expect(second.keys).toEqual(["a"])
  })

  test("end by their time, their signal, a return or the close, once", async () => {
    const { requests, ends, ask } = made()
    const channel = new FakeChannel()
    requests.attach(channel.asChannel)
    const control = new AbortController()
    ask("time", { timeoutMs: 1 })
    ask("signal", { signal: control.signal })
    ask("return")
    ask("close")
    control.abort(new Error("enough"))
    channel.emit("return", { properties: { correlationId: channel.published[2]!.id } })
    await expect.poll(() => ends).toContain("time timeout")
    requests.close(new Error("over"))
    expect(ends.toSorted()).toEqual(["close over", "return returned", "signal enough", "time timeout"])
    for (const { id } of channel.published) expect(requests.take(id, "late")).toBe(false)
    expect(() => ask("after")).toThrow("over")
    expect(() => ask("aborted", { signal: control.signal })).toThrow("enough")
  })
})
