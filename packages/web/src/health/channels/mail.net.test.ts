import { execFileSync, spawn, spawnSync } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { freePort, onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { delivery, finding, notice, resolved } from "../testing/notices.js"
import { mailText } from "./mail-text.js"

const python = ["/usr/bin/python3", "python3"].find((each) => spawnSync(each, ["-c", "import aiosmtpd"]).status === 0)
const noServer = python === undefined ? "no Python with aiosmtpd" : ""

interface Taken {
  readonly from: string
  readonly to: string[]
  readonly tls: boolean
  readonly user: string | null
  readonly subject: string
  readonly id: string
  readonly text: string
}

/** A mail server in Python, which tells each mail that it takes as a line of JSON. `refusals`: how many it puts off before. */
const SERVER = `
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult
port, security, refusals, cert, key = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        global refusals
        refusals -= 1
        if refusals >= 0:
            return "451 4.3.0 come back later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None or security == "tls",
            "user": (session.auth_data or b"").decode() or None, "subject": mail["subject"], "id": mail["message-id"],
            "text": mail.get_content()}), flush=True)
        return "250 2.0.0 taken"
def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"metricq" and data.password == b"correct horse"
    return AuthResult(success=good, handled=good, auth_data=data.login if good else None)
context = None
if security != "none":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
def make():
    return SMTP(Handler(), hostname="mail.test", enable_SMTPUTF8=True, authenticator=authenticate, auth_require_tls=security == "starttls",
        auth_required=security != "none", require_starttls=security == "starttls", tls_context=context if security == "starttls" else None)
async def main():
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port, ssl=context if security == "tls" else None)
    print("ready", flush=True)
    await server.serve_forever()
asyncio.run(main())
`

async function mailServer(t: TestScope, security: "none" | "starttls" | "tls", refusals = 0) {
  const folder = await temporaryFolder(t, "mail")
  const [cert, key] = [join(folder, "secrets", "ca.pem"), join(folder, "key.pem")]
  await mkdir(join(folder, "secrets"))
  await writeFile(join(folder, "secrets", "smtp-password"), "correct horse\n")
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
  execFileSync("openssl", [...request, ...name, "-keyout", key, "-out", cert], { stdio: "ignore" })
  const port = await freePort()
  const args = ["-W", "ignore", "-c", SERVER, String(port), security, String(refusals), cert, key]
  const server = spawn(python!, args, { stdio: ["ignore", "pipe", "ignore"] })
  const ended = new Promise((resolve) => server.once("exit", resolve))
  onTestEnd(t, async () => {
    server.kill()
    await ended
  })
  const taken: Taken[] = []
  await new Promise<void>((resolve) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      if (line === "ready") resolve()
      else taken.push(JSON.parse(line))
    })
  })
  const target = { host: "localhost", port, security, from: "MetricQ <metricq@example.org>", to: ["ops@example.org"] }
  const login = { user: "metricq", password: { $file: "smtp-password" }, ca: { $file: "ca.pem" } }
  const until = (count: number) => expect.poll(() => taken.length, { timeout: 10_000 }).toBe(count)
  return { folder, taken, until, target: security === "none" ? target : { ...target, ...login } }
}

describe.skipIf(noServer)(noServer ? `mail [left out: ${noServer}]` : "mail", () => {
  test.for(["none", "starttls", "tls"] as const)("arrives over %s", async (security, t) => {
    const { folder, taken, until, target } = await mailServer(t, security)
    const channel = delivery(t, "mail", { target }, { folder })
    channel.add({ opened: [finding("lab.größe", { severity: "error" })], resolved: [] })
    await until(1)
    const [mail] = taken
    expect(mail).toMatchObject({ from: "metricq@example.org", to: ["ops@example.org"], tls: security !== "none" })
    expect(mail!.user).toBe(security === "none" ? null : "metricq")
    expect(mail!.subject).toBe("[MetricQ] error: lab.größe: no point for 5 min")
    expect(mail!.text).toMatch(/^New: 1\r?\n\r?\n {2}error: lab\.größe[\s\S]*What to do: look[\s\S]*health\?id=silent-/)
    await expect.poll(() => channel.state.lastSuccess?.answer).toMatch(/^250 .*taken/)
  })

  test("a broken switch gives one mail and not a thousand", async (t) => {
    const { taken, until, target } = await mailServer(t, "none")
    const channel = delivery(t, "mail", { target, digestS: 0.3 })
    for (let i = 0; i < 1000; i++) channel.add({ opened: [finding(`lab.m${i}`)], resolved: [] })
    channel.add({ opened: [], resolved: [resolved("lab.m0")] })
    await until(1)
    expect(taken[0]!.subject).toBe("[MetricQ] 999 new, 1 resolved")
    expect(taken[0]!.text).toMatch(/… and 949 more/)
    await channel.end()
    expect(taken).toHaveLength(1)
  })

  test("a server that puts it off gets it again, the same mail", async (t) => {
    const { taken, until, target } = await mailServer(t, "none", 2)
    const channel = delivery(t, "mail", { target })
    channel.add({ opened: [finding("lab.a")], resolved: [] })
    await until(1)
    await expect.poll(() => channel.stats).toEqual({ delivered: 1, failed: 0, retries: 2 })
    expect(channel.state.lastError?.text).toMatch(/451 4\.3\.0 come back later/)
    expect(taken[0]!.id).toMatch(/^<[0-9a-f-]{36}@example\.org>$/)
  })

  test("a test shows the real answer: of a wrong password, no user, no TLS, a certificate that nobody trusts", async (t) => {
    const { folder, taken, target } = await mailServer(t, "starttls")
    const answer = async (change: object) =>
      (await delivery(t, "mail", { target: { ...target, ...change } }, { folder }).test()).answer
    expect(await answer({})).toMatch(/^250 .*taken/)
    expect(await answer({ password: "wrong" })).toMatch(/535 .*[Aa]uthentication/)
    expect(await answer({ password: { $file: "none" } })).toMatch(/has no file none/)
    expect(await answer({ to: ["nobody@example.org"] })).toMatch(/550 5\.1\.1 no such user/)
    expect(await answer({ to: ["ops@example.org", "nobody@example.org"] })).toMatch(
      /^250 .*refused nobody@example\.org/,
    )
    expect(await answer({ ca: undefined })).toMatch(/self-signed certificate/)
    expect(taken.map(({ subject }) => subject)).toEqual(["[MetricQ] Test", "[MetricQ] Test"])
    const plain = await mailServer(t, "none")
    expect(
      (await delivery(t, "mail", { target: { ...target, ...plain.target, security: "starttls" } }, { folder }).test())
        .delivered,
    ).toBe(false)
    expect(plain.taken).toEqual([])
  })
})

test("the words of a mail have no line of others in them", () => {
  const evil = finding("lab.a", { message: "x\r\nBcc: all@example.org", remedy: "look" })
  const { subject, text, messageId } = mailText(notice([evil]), "MetricQ <m@example.org>")
  expect(subject).toBe("[MetricQ] warning: lab.a: x Bcc: all@example.org")
  expect(text).not.toMatch(/^Bcc/m)
  expect(messageId).toBe("<5e1f@example.org>")
  expect(mailText(notice([], { type: "test" }), "m@example.org").text).toMatch(/^This is a test/)
})
