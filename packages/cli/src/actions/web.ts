import { join } from "node:path"
import { maskUrl } from "@metricq/client"
import { WebServer } from "@metricq/web"
import { runService } from "../network/service.js"
import { administratorUrl, loggerFor } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { type WebAccessOptions, webAccess } from "../options/web.js"
import { printLines } from "../terminal/output.js"
import { kindCatalogue } from "../web/kind-catalogue.js"

/** Options of `metricq web`. */
export interface WebOptions extends ConnectionOptions, WebAccessOptions {
  readonly host: string
  readonly httpPort: number
  readonly prefix: string
  readonly data?: string
}

/** Run the web page until a signal ends it. */
export async function runWeb(options: WebOptions): Promise<void> {
  const { server, token, host, httpPort, prefix, data, verbose } = options
  const web = new WebServer({
    url: administratorUrl(server),
    ...{ token, host, port: httpPort, prefix, folder: data === undefined ? undefined : join(data, "web") },
    ...(await webAccess(options)),
    kinds: kindCatalogue(),
    stopTimeout: 1,
    logger: loggerFor(verbose),
  })
  await runService(web, () => printLines([`web        ${web.address}`, `ready  ${maskUrl(server)}  ${web.address}`]))
}
