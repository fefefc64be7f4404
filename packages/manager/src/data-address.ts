import { deriveAddress } from "@metricq/client"

/**
 * What clients are told as the address of the data network: without user and password, since each client uses its own.
 *
 * Without `dataUrl` it is the vhost of the management URL. `vhost:/` and whole URLs are understood by every client; of other
 * vhosts the C++ client wants `vhost:name`, so that is what is derived here (the Go client does not know it: it needs a URL).
 */
export function announcedAddress(url: string, dataUrl: string | undefined): string {
  if (dataUrl === undefined) {
    const path = decodeURIComponent(new URL(url).pathname.slice(1))
    return `vhost:${path === "" ? "/" : path}`
  }
  return dataUrl.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1")
}

/** Where the manager itself finds the data network. A login in `dataUrl` is for it alone; without one it uses that of `url`. */
export function ownDataAddress(url: string, dataUrl: string | undefined): string {
  if (dataUrl === undefined) return url
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(dataUrl) ? dataUrl : deriveAddress(url, dataUrl)
}
