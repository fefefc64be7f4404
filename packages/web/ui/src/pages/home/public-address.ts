/** An AMQP address without user and password, as other machines are told it; what is no address stays. */
export function publicAddress(url: string): string {
  if (!URL.canParse(url)) return url
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname || "/"}`
}
