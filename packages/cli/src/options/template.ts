import { hostname, userInfo } from "node:os"

/**
 * Replace `$USER` and `$HOST`, also written `${USER}` and `${HOST}`, by the login name and the host name of this machine.
 *
 * Other placeholders stay as they are.
 */
export function fillTemplate(text: string): string {
  return fillTemplateWith(text, machineValues())
}

/** {@link fillTemplate} with the values given. */
export function fillTemplateWith(text: string, values: { user: string; host: string }): string {
  return text.replace(/\$(?:(USER|HOST)(?![A-Za-z0-9_])|\{(USER|HOST)\})/g, (_, bare?: string, braced?: string) =>
    (bare ?? braced) === "USER" ? values.user : values.host,
  )
}

function machineValues(): { user: string; host: string } {
  return { user: loginName(), host: hostname() }
}

function loginName(): string {
  try {
    return userInfo().username
  } catch {
    // A container's user may have no entry in the password file.
    return process.env.USER || `uid${process.getuid?.() ?? ""}`
  }
}
