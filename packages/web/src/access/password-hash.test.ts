import { expect, test } from "vitest"
import { hashPassword, isPassword } from "./password-hash.js"

test("a password has its hash, however its letters were composed, and no other has", async () => {
  const hash = await hashPassword("schöne Grüße")
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(await isPassword("schöne Grüße".normalize("NFD"), hash)).toBe(true)
  expect(await isPassword("schone Grusse", hash)).toBe(false)
  expect(await hashPassword("schöne Grüße")).not.toBe(hash)
})

test("hashes of another cost are good, and those that would stop the server are not tried", async () => {
  const cheap = "$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$f6/fxHvVP94DtWUEFcSA7cLCpODOCjx9cFCH8I05Wog"
  expect(await isPassword("pw", cheap)).toBe(true)
  expect(await isPassword("qw", cheap)).toBe(false)
  for (const hash of [undefined, "", "plain", cheap.replace("ln=10", "ln=40"), cheap.replace("r=8", "r=99")]) {
    expect(await isPassword("pw", hash)).toBe(false)
  }
})

test("no account takes as long as a wrong password", async () => {
  const hash = await hashPassword("correct horse")
  const msOf = async (stored: string | undefined) => {
    const begin = process.cpuUsage()
    await isPassword("wrong", stored)
    return process.cpuUsage(begin).user / 1000
  }
  const [known, unknown] = [await msOf(hash), await msOf(undefined)]
  expect(unknown).toBeGreaterThan(known / 4)
})
