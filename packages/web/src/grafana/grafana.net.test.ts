import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { prepareRecordedNetwork } from "../testing/recorded-network.js"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Answer {
  status: number
  contentType: string | null
  /** Whether there are the headers `x-request-duration…`. */
  duration: boolean
  body: string
}

interface Recorded {
  method: string
  path: string
  body?: string
  contentType?: string
  answer: Answer
}

const recorded: Recorded[] = JSON.parse(
  readFileSync(new URL("../../fixtures/metricq-grafana.json", import.meta.url), "utf8"),
)

test("the bytes are those of metricq-grafana", async (t) => {
  const web = await WebUnderTest.start(t, prepareRecordedNetwork)
  const different: string[] = []
  for (const request of recorded) {
    const answer = await answerOf(web, request)
    const wanted = request.answer
    if (isSame(answer, wanted) || isBetter(request, answer)) continue
    different.push(`${request.method} ${request.path} ${request.body}\n  ${shown(answer)}\n  ${shown(wanted)}`)
  }
  expect(different.join("\n")).toBe("")
})

function shown({ status, contentType, duration, body }: Answer): string {
  return `${status} ${contentType} ${duration} ${body}`
}

async function answerOf(web: WebUnderTest, { method, path, body, contentType }: Recorded): Promise<Answer> {
  const headers: Record<string, string> = contentType === undefined ? {} : { "content-type": contentType }
  const response = await fetch(`${web.url("grafana")}${path}`, { method, body, headers })
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    duration: response.headers.has("x-request-duration"),
    body: masked(await response.text()),
  }
}

/** What differs from run to run. */
function masked(body: string): string {
  return body
    .replace(/"(db|http)": [0-9.e+-]+/g, '"$1": 0.0')
    .replace(/2-[0-9a-f]{32}/g, "REVISION")
    .replace(/20\d\d-\d\d-\d\dT\d\d:[0-9:.]+\+00:00/g, "DATE")
}

function isSame(answer: Answer, wanted: Answer): boolean {
  return JSON.stringify(answer) === JSON.stringify(wanted)
}

/** Where we differ on purpose; what the original answers is in the fixture. */
function isBetter({ path, body = "", answer: original }: Recorded, answer: Answer): boolean {
  const isJson = () => JSON.parse(answer.body) !== undefined
  // Its crashes: what makes no sense is refused; a metric whose database fails is left out; a mean of nothing is null.
  if (original.status === 500) return answer.status === 400 || (answer.status === 200 && isJson())
  // It writes NaN into JSON.
  if (/\b(NaN|-?Infinity)\b/.test(original.body)) {
    return answer.body === original.body.replace(/: (NaN|-?Infinity)\b/g, ": null")
  }
  // Its sums of windows keep what has been rounded off, and NaN for ever.
  if (body.includes('"sma"')) {
    const lost = body.includes("t.rows") ? 1e6 : 0 // next to a value of 1e22
    return isNearly(JSON.parse(answer.body), JSON.parse(original.body), lost)
  }
  // An address that ended with a slash.
  if (path === "//query") return answer.status === 200 && isJson()
  // It hands a negative interval to the database.
  return body.includes('"maxDataPoints":-5') && answer.status === 200
}

/** Equal up to what is lost where the original takes away again what it has added. */
function isNearly(a: unknown, b: unknown, lost: number): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= 1e-8 * Math.abs(b) + lost
  if (b === null) return a === null || typeof a === "number"
  if (typeof a !== "object" || typeof b !== "object" || a === null) return a === b
  const keys = Object.keys(b)
  return keys.length === Object.keys(a).length && keys.every((key) => isNearly(a[key as never], b[key as never], lost))
}
