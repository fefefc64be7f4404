let failure: string | undefined

/** Take out of the address why a login through a provider has failed, before pages read it; {@link loginFailure} tells it then. */
export function takeLoginFailure(): void {
  const url = new URL(location.href)
  failure = url.searchParams.get("login-failed") ?? undefined
  if (failure === undefined) return
  url.searchParams.delete("login-failed")
  history.replaceState(null, "", url)
}

/** Code of why the login has failed from which the browser came here; undefined if it did not. */
export function loginFailure(): string | undefined {
  return failure
}
