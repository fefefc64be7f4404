import { expect, test } from "vitest"
import { PendingLogins, pendingLimits } from "./pending-logins.js"

const wanted = { redirectUri: "https://lab.example.org/c", next: "https://lab.example.org/", session: undefined }

test("a login is good once, in its browser, and for ten minutes; a browser may have several", () => {
  let now = 0
  const pending = new PendingLogins(() => now)
  const { login, secret } = pending.add(wanted, undefined, "::1")
  expect(pending.take(login.state, undefined)).toBeUndefined()
  expect(pending.take(login.state, "A".repeat(43))).toBeUndefined()
  expect(pending.take(login.state, secret)).toEqual(login)
  expect(pending.take(login.state, secret)).toBeUndefined()
  const [first, second] = [pending.add(wanted, secret, "::1"), pending.add(wanted, secret, "::1")]
  expect([first.secret, second.secret]).toEqual([secret, secret])
  now = pendingLimits.lifeMs - 1
  expect(pending.take(first.login.state, secret)).toEqual(first.login)
  now += 1
  expect(pending.take(second.login.state, secret)).toBeUndefined()
  expect(pending.add(wanted, "chosen by somebody", "::1").secret).toMatch(/^[\w-]{43}$/)
})

test("whoever begins many takes the room of their own", () => {
  const pending = new PendingLogins(() => 0)
  const other = pending.add(wanted, undefined, "192.0.2.1")
  for (let i = 0; i < 2 * pendingLimits.ofAddress; i += 1) pending.add(wanted, undefined, "192.0.2.2")
  expect(pending.count).toBe(1 + pendingLimits.ofAddress)
  for (let i = 0; i < 2 * pendingLimits.all; i += 1) pending.add(wanted, undefined, `10.0.${i >> 8}.${i & 255}`)
  expect(pending.count).toBe(pendingLimits.all)
  expect(pending.take(other.login.state, other.secret)).toBeUndefined()
})
