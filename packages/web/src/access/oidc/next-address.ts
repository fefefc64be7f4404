/** Where a page of ours is that somebody wanted to see before they had to log in. */
const longest = 2000

/**
 * The path, query and fragment of a page below the prefix, for a redirect to `origin`; that of the prefix for anything else: an address elsewhere,
 * or one of the API, which is no page.
 */
export function nextAddress(wanted: unknown, prefix: string, origin: string): string {
  const home = new URL(prefix, origin)
  if (typeof wanted !== "string" || wanted.length > longest || !URL.canParse(wanted, home.href)) return home.href
  const url = new URL(wanted, home)
  const isOurs =
    url.origin === home.origin && url.pathname.startsWith(prefix) && url.username === "" && url.password === ""
  if (!isOurs || /\/\//.test(url.pathname) || /^api(\/|$)/.test(url.pathname.slice(prefix.length))) return home.href
  return url.href
}

/** An address of ours with a word on why a login has failed, which the page shows. */
export function withFailure(address: string, code: string): string {
  const url = new URL(address)
  url.searchParams.set("login-failed", code)
  return url.href
}
