import { type TestScope, temporaryFolder } from "@metricq/testkit"
import { Accounts } from "../access/accounts.js"
import type { Role } from "../access/role.js"
import type { WebServerOptions } from "../index.js"
import { WebUnderTest } from "./web-under-test.js"

/** The password of every account that {@link GuardedWeb} makes. */
export const password = "correct horse battery"

/** A web server with the accounts `ann` (administrator), `olga` (operator) and `vera` (viewer), in a network of its own. */
export class GuardedWeb {
  readonly web: WebUnderTest
  readonly folder: string
  readonly accounts: Accounts

  private constructor(web: WebUnderTest, folder: string) {
    this.web = web
    this.folder = folder
    this.accounts = new Accounts(folder)
  }

  static async start(t: TestScope, options: Partial<WebServerOptions> = {}): Promise<GuardedWeb> {
    const folder = await temporaryFolder(t, "web")
    const accounts = new Accounts(folder)
    const people: [string, Role][] = [
      ["ann", "administrator"],
      ["olga", "operator"],
      ["vera", "viewer"],
    ]
    for (const [name, role] of people) await accounts.add({ name, role, password })
    return new GuardedWeb(await WebUnderTest.start(t, undefined, { folder, ...options }), folder)
  }

  /** Log in, and be able to ask as this person. */
  async login(name: string): Promise<Asker> {
    const answer = await this.post("api/v1/login", { name, password })
    if (answer.status !== 200) throw new Error(`login of ${name}: ${answer.status} ${await answer.text()}`)
    return this.as({ cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" })
  }

  /** Ask with these headers. */
  as(headers: Record<string, string>): Asker {
    return async (method, path, body) => {
      const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" }
      const answer = await fetch(this.web.url(path), {
        method,
        headers: { ...headers, ...json },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const text = await answer.text()
      return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text, headers: answer.headers }
    }
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const all = { "content-type": "application/json", ...headers }
    return fetch(this.web.url(path), { method: "POST", headers: all, body: JSON.stringify(body) })
  }
}

/** Asks in somebody's name. */
export type Asker = (
  method: string,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: tests look at the parts they name
) => Promise<{ status: number; body: any; headers: Headers }>
