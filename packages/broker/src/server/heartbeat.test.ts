import { describe, expect, test } from "vitest"
import { Heartbeat } from "./heartbeat.js"

describe("heartbeat", () => {
  test("asks to send half an interval after anything was sent", () => {
    const heartbeat = new Heartbeat(10, 0)
    expect(heartbeat.check(4999, true)).toBe("none")
    expect(heartbeat.check(5000, true)).toBe("send")
    heartbeat.noteSent(5000)
    expect(heartbeat.check(9999, true)).toBe("none")
    expect(heartbeat.check(10_000, true)).toBe("send")
  })

  test("finds the peer dead after two silent intervals, not before", () => {
    const heartbeat = new Heartbeat(10, 0)
    heartbeat.noteReceived(7000)
    heartbeat.noteSent(26_900)
    expect(heartbeat.check(27_000, true)).toBe("none")
    expect(heartbeat.check(27_001, true)).toBe("dead")
  })

  test("does not blame the peer for silence while nothing is read from it", () => {
    const heartbeat = new Heartbeat(1, 0)
    expect(heartbeat.check(60_000, false)).toBe("send")
    heartbeat.noteSent(60_000)
    expect(heartbeat.check(61_900, true)).toBe("send")
    expect(heartbeat.check(62_001, true)).toBe("dead")
  })

  test("of 0 seconds asks for nothing, ever", () => {
    const heartbeat = new Heartbeat(0, 0)
    expect(heartbeat.check(Number.MAX_SAFE_INTEGER, true)).toBe("none")
  })
})
