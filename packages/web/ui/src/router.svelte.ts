import { basePath } from "./lib/base.js"
import { takeLoginFailure } from "./login-failure.js"
import { followOldLink } from "./old-links.js"

/** Where the reader is: the path below the base without slashes around it, split and decoded; and the query. */
export interface Place {
  /** First component: `""`, `explore`, `metrics`, `clients` or `configuration`. */
  page: string
  /** The rest of the path, decoded, with its slashes: `lab.power` of `metrics/lab.power`; `""` when there is none. */
  rest: string
  /** The query without its question mark. */
  query: string
}

takeLoginFailure()
followOldLink()

/** The place, reactive. Read-only for pages; {@link go} moves. */
export const place: Place = $state(read())

/**
 * Go to a path below the base, with or without a query: `go("metrics?search=power")`.
 * `replace` leaves no step for the back button.
 */
export function go(path: string, options: { replace?: boolean } = {}): void {
  const address = basePath + path
  if (options.replace) history.replaceState(null, "", address)
  else history.pushState(null, "", address)
  Object.assign(place, read())
}

/** Follow the back button and clicks on links of ours. Call once. */
export function startRouter(): void {
  addEventListener("popstate", () => {
    followOldLink()
    Object.assign(place, read())
  })
  document.addEventListener("click", (event) => {
    const path = pathOfClick(event)
    if (path === undefined) return
    event.preventDefault()
    go(path)
  })
}

function pathOfClick(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = event.target instanceof Element ? event.target.closest("a") : null
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return undefined
  if (!link.pathname.startsWith(basePath) || /^(api|docs)\//.test(link.pathname.slice(basePath.length)))
    return undefined
  return link.pathname.slice(basePath.length) + link.search + link.hash
}

function read(): Place {
  const path = location.pathname.slice(basePath.length).replace(/^\/+|\/+$/g, "")
  const at = path.indexOf("/")
  return {
    page: at < 0 ? path : path.slice(0, at),
    rest: at < 0 ? "" : decode(path.slice(at + 1)),
    query: location.search.slice(1),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
