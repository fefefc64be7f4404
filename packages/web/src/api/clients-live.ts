import type { FastifyReply, FastifyRequest } from "fastify"
import { ClientFeed, type FeedEvent } from "../network/client-feed.js"
import { errorAnswer, errorBody } from "../server/error-answer.js"
import { WebError } from "../server/web-error.js"
import type { Endpoints } from "./endpoints.js"

/** Viewers at once. */
const MAX_VIEWERS = 500
/** Of a viewer that does not read, so much waits; beyond that its connection ends, and it goes on from where it was when it comes back. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024
const PING_MS = 30_000

const schema = {
  summary: "The list of clients as server-sent events",
  tags: ["network"],
} as const

/** `clients/live`: all clients at once, then what changes of them. */
export const clientsLive: Endpoints = (app, { clientRows, clientList, figures }) => {
  const feed = new ClientFeed(() => clientRows.read())
  clientList.onOutdated(() => feed.refresh())
  figures.gauge("metricq_web_client_list_viewers", "viewers of the live list of clients", () => feed.viewers)
  app.addHook("onClose", async () => feed.close())
  app.get("/clients/live", { schema, exposeHeadRoute: false }, async (request, reply) => serve(feed, request, reply))
}

function serve(feed: ClientFeed, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (feed.viewers >= MAX_VIEWERS) {
    const text = `${feed.viewers} viewers watch the list of clients already`
    throw new WebError("too-many-viewers", text, { status: 503, remedy: "close some, or try again later" })
  }
  const { raw } = reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  })
  raw.write("retry: 2000\n\n")
  let trouble = ""
  const write = (text: string) => {
    if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy()
    else raw.write(text)
  }
  const listener = {
    onEvent({ name, id, data }: FeedEvent) {
      trouble = ""
      write(`event: ${name}\nid: ${id}\ndata: ${data}\n\n`)
    },
    onTrouble(error: unknown) {
      const text = JSON.stringify(errorBody(errorAnswer(error)))
      if (text !== trouble) write(`event: trouble\ndata: ${text}\n\n`)
      trouble = text
    },
  }
  const lastId = request.headers["last-event-id"]
  const leave = feed.watch(listener, typeof lastId === "string" ? lastId : undefined)
  const alive = setInterval(() => raw.writableLength === 0 && raw.write(":\n\n"), PING_MS)
  raw.once("close", () => {
    clearInterval(alive)
    leave()
  })
  raw.on("error", () => {})
  return reply
}
