import type { WebPart } from "./context.js"
import { isNavigation } from "./static-files.js"
import { WebError } from "./web-error.js"

/** Addresses that never show the page: what is not there is an error. */
const apis = /^(api|grafana|prometheus|websocket)(\/|$)/

/** The files of the page, and the page itself at every address that nothing else answers. */
export const page: WebPart = (app, { ui }) => {
  // The page holds nothing of the network; it shows a login to whom the server does not know.
  const open = { config: { needs: "anyone" } } as const
  app.get("/", { ...open, prefixTrailingSlash: "slash" }, async (request, reply) => ui.sendPage(request, reply))
  app.get<{ Params: { "*": string } }>("/*", open, async (request, reply) => {
    const path = request.params["*"]
    if (await ui.sendFile(path, request, reply)) return reply
    if (isNavigation(request) && !apis.test(path)) return ui.sendPage(request, reply)
    throw new WebError("not-found", `there is nothing at ${request.url.split("?")[0]}`, { status: 404 })
  })
}
