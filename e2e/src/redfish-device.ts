import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer, type Server } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"

const SESSIONS = "/redfish/v1/SessionService/Sessions"

/** A BMC with a Redfish service over HTTPS: one chassis, user `monitor`, password `secret`, sessions and basic login. */
export class RedfishDevice {
  /** What it consumes, in W. */
  watts = 187
  /** Requests are taken, and not answered. */
  isHung = false
  /** Tokens of sessions that are open. */
  readonly sessions = new Set<string>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0
  #count = 0

  private constructor(credentials: { key: Buffer; cert: Buffer }) {
    this.#server = createServer(credentials, (request, response) => {
      let body = ""
      request.on("data", (chunk) => {
        body += chunk
      })
      request.on("end", () => this.#answer(request, response, body))
    })
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on("close", () => this.#sockets.delete(socket))
    })
  }

  static async start(t: TestScope): Promise<RedfishDevice> {
    const device = new RedfishDevice(await selfSigned(await temporaryFolder(t, "tls")))
    onTestEnd(t, () => device.stop())
    await device.listen()
    return device
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Listen, again where it was before. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** As if the plug were pulled. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    this.sessions.clear()
    await closed
  }

  #answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    if (this.isHung) return
    const { method, url = "" } = request
    const path = url.replace(/\/$/, "")
    if (path === "/redfish") json(response, { v1: "/redfish/v1/" })
    else if (path === "/redfish/v1") json(response, root)
    else if (method === "POST" && path === SESSIONS) this.#login(response, body)
    else if (!this.#mayRead(request)) response.writeHead(401).end()
    else if (method === "DELETE") this.#delete(path, response)
    else this.#read(path, response)
  }

  #read(path: string, response: ServerResponse): void {
    const document = this.#documents()[path]
    if (document === undefined) response.writeHead(404).end()
    else json(response, { "@odata.id": path, ...document })
  }

  #delete(path: string, response: ServerResponse): void {
    this.sessions.delete(path.split("/").at(-1) ?? "")
    response.writeHead(204).end()
  }

  #login(response: ServerResponse, body: string): void {
    const { UserName, Password } = JSON.parse(body)
    if (UserName !== "monitor" || Password !== "secret") {
      response.writeHead(401).end()
      return
    }
    const token = String(++this.#count)
    this.sessions.add(token)
    const location = `${SESSIONS}/${token}`
    json(response, { "@odata.id": location, Id: token }, 201, { "x-auth-token": token, location })
  }

  #mayRead({ headers }: IncomingMessage): boolean {
    const isBasic = headers.authorization === `Basic ${btoa("monitor:secret")}`
    return isBasic || this.sessions.has(String(headers["x-auth-token"]))
  }

  #documents(): Record<string, object> {
    return {
      "/redfish/v1/Chassis": { "Members@odata.count": 1, Members: [{ "@odata.id": "/redfish/v1/Chassis/1" }] },
      "/redfish/v1/Chassis/1": {
        Id: "1",
        Name: "Chassis",
        Power: { "@odata.id": "/redfish/v1/Chassis/1/Power" },
        Thermal: { "@odata.id": "/redfish/v1/Chassis/1/Thermal" },
      },
      "/redfish/v1/Chassis/1/Power": {
        PowerControl: [
          { MemberId: "0", Name: "System Power", PowerConsumedWatts: this.watts, PowerLimit: { LimitInWatts: 400 } },
        ],
      },
      "/redfish/v1/Chassis/1/Thermal": { Temperatures: [{ MemberId: "0", Name: "Inlet Temp", ReadingCelsius: 21.5 }] },
    }
  }
}

const root = {
  "@odata.id": "/redfish/v1/",
  RedfishVersion: "1.6.0",
  Chassis: { "@odata.id": "/redfish/v1/Chassis" },
  SessionService: { "@odata.id": "/redfish/v1/SessionService" },
  Links: { Sessions: { "@odata.id": SESSIONS } },
}

function json(response: ServerResponse, document: object, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(document))
}

async function selfSigned(folder: string): Promise<{ key: Buffer; cert: Buffer }> {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")]
  const words = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=bmc",
    "-keyout",
    key,
    "-out",
    cert,
  ]
  await promisify(execFile)("openssl", words)
  return { key: await readFile(key), cert: await readFile(cert) }
}
