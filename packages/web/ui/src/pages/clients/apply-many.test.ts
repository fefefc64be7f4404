import { expect, test } from "vitest"
import type { ApplyAnswer } from "../configuration/config-api.js"
import { type ApplyResult, applyMany } from "./apply-many.js"

test("each client has its own result, and four are asked at once", async () => {
  const results = new Map<string, ApplyResult>()
  let running = 0
  let most = 0
  const answers: Record<string, Partial<ApplyAnswer> | Error> = {
    a: { answered: true },
    b: { answered: true, refused: "rate: expected a number" },
    c: { answered: false, reason: "not connected" },
    d: new Error("no manager"),
  }
  const tokens = [..."abcdefgh"]
  const apply = async (token: string): Promise<ApplyAnswer> => {
    most = Math.max(most, ++running)
    await Promise.resolve()
    running--
    const answer = answers[token] ?? { answered: true }
    if (answer instanceof Error) throw answer
    return { token, answered: false, ...answer }
  }
  await applyMany(tokens, apply, (token, result) => results.set(token, result), new AbortController().signal)
  expect(most).toBe(4)
  expect(Object.fromEntries(results)).toMatchObject({
    a: { state: "accepted" },
    b: { state: "refused", text: "rate: expected a number" },
    c: { state: "silent", text: "not connected" },
    d: { state: "failed", text: "no manager" },
    h: { state: "accepted" },
  })
})

test("what has been ended asks nobody else", async () => {
  const ending = new AbortController()
  const asked: string[] = []
  const apply = async (token: string): Promise<ApplyAnswer> => {
    asked.push(token)
    ending.abort()
    return { token, answered: true }
  }
  await applyMany([..."abcdef"], apply, () => {}, ending.signal)
  expect(asked.length).toBeLessThanOrEqual(4)
})
