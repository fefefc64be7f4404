import { basePath } from "./lib/base.js"
import { parseOldLink } from "./lib/old-links.js"
import { writeAddress } from "./lib/view-address.js"

/**
 * Where the address is a link to the original viewer, or to the charts before it, it becomes the same view in Explore,
 * whatever path it has. Call before the router reads the address; tells whether it was one.
 */
export function followOldLink(): boolean {
  const view = location.hash.length > 1 ? parseOldLink(location.hash.slice(1)) : undefined
  if (!view) return false
  history.replaceState(null, "", `${basePath}explore?${writeAddress(view)}`)
  return true
}
