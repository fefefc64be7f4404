import { expect, test } from "vitest"
import { LoginLimit } from "./login-limit.js"

function limit() {
  const clock = { ms: 0 }
  const made = new LoginLimit(() => clock.ms)
  /** How often it may be tried, one try right after the other. */
  const tries = (name: string, address: string, most = 100) => {
    for (let done = 0; done < most; done += 1) {
      try {
        made.begin(name, address)
      } catch {
        return done
      }
    }
    return most
  }
  return { made, clock, tries }
}

test("a name may be tried five times, then after a second, two, four, … and a minute at most", () => {
  const { clock, tries, made } = limit()
  expect(tries("ann", "10.0.0.1")).toBe(5)
  expect(tries("Ann", "10.0.0.2")).toBe(0)
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    clock.ms += seconds * 1000 - 1
    expect(tries("ann", `10.1.0.${seconds}`)).toBe(0)
    clock.ms += 1
    expect(tries("ann", `10.2.0.${seconds}`)).toBe(1)
  }
  expect(() => made.begin("ann", "10.0.0.9")).toThrow(expect.objectContaining({ code: "too-many-logins", status: 429 }))
})

test("an address may try ten names; of IPv6 a network of 64 bits is one", () => {
  const { tries } = limit()
  for (let i = 0; i < 10; i += 1) expect(tries(`name${i}`, `2001:db8::${i}`, 1)).toBe(1)
  expect(tries("other", "2001:db8:0:0:1::", 1)).toBe(0)
  expect(tries("other", "2001:db8:0:1::1", 1)).toBe(1)
  for (let i = 0; i < 10; i += 1) expect(tries(`more${i}`, "::ffff:10.0.0.1", 1)).toBe(1)
  expect(tries("other", "10.0.0.1", 1)).toBe(0)
})

test("who knows the password is not hindered by own mistakes, and mistakes are forgotten after an hour", () => {
  const { made, clock, tries } = limit()
  for (let i = 0; i < 30; i += 1) {
    made.begin("ann", "10.0.0.1")
    made.succeed("ann", "10.0.0.1")
  }
  expect(tries("ann", "10.0.0.1")).toBe(5)
  clock.ms += 3600_001
  expect(tries("ann", "10.0.0.1")).toBe(5)
})
