import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bodyOf, TestMessages } from "../testing/messages.js"
import type { Message } from "./message.js"

describe("messages in memory", () => {
  test("keep their bytes while they live, whatever others come and go", () => {
    const step = fc.tuple(fc.oneof(fc.nat(300), fc.nat(20_000)), fc.boolean(), fc.nat())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const messages = new TestMessages()
        const alive: { message: Message; text: string }[] = []
        let count = 0
        for (const [size, keep, pick] of steps) {
          const text = String(count++).repeat(size).slice(0, size)
          const message = messages.make(text)
          if (keep) alive.push({ message, text })
          else message.release()
          if (alive.length > 20) alive.splice(pick % alive.length, 1)[0]?.message.release()
          for (const each of alive) expect(bodyOf(each.message)).toBe(each.text)
        }
        for (const { message } of alive) message.release()
        expect(messages.gauge.bytes).toBe(0)
      }),
    )
  })

  test("are counted with the memory that they keep from being freed", () => {
    const messages = new TestMessages()
    const kept: Message[] = []
    for (let index = 0; index < 10_000; index++) {
      const message = messages.make("x".repeat(100))
      if (index % 100 === 0) kept.push(message)
      else message.release()
    }
    // Each of the hundred holds a slab that it shared with others.
    expect(messages.gauge.bytes).toBeGreaterThan(99 * 8192)
    for (const message of kept) message.release()
    expect(messages.gauge.bytes).toBe(0)
  })

  test("are freed when the last of their holders lets go", () => {
    const messages = new TestMessages()
    const message = messages.make("shared")
    message.retain()
    message.retain()
    message.release()
    message.release()
    expect(messages.gauge.bytes).toBeGreaterThan(0)
    message.release()
    expect(messages.gauge.bytes).toBe(0)
  })

  test("raise the alarm above the limit, once, and clear it well below", () => {
    const messages = new TestMessages(10_000)
    const alarms: boolean[] = []
    messages.gauge.onAlarm = (alarmed) => alarms.push(alarmed)
    const kept = Array.from({ length: 4 }, () => messages.make("x".repeat(3000)))
    expect(alarms).toEqual([true])
    kept.pop()?.release()
    expect(messages.gauge.bytes).toBeGreaterThan(9000)
    expect(alarms).toEqual([true])
    kept.pop()?.release()
    expect(alarms).toEqual([true, false])
    expect(messages.gauge.alarmed).toBe(false)
  })
})
