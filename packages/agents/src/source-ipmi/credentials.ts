import { readFile } from "node:fs/promises"
import { MetricqError } from "@metricq/client"
import type { Secret } from "../kit/fields/secret.js"
import { secretText } from "../kit/secret-text.js"

/** FreeIPMI's own settings on a machine; they are not read by a tool that is given another file, so they go into that one. */
const MACHINE_FILE = "/etc/freeipmi/freeipmi.conf"

export interface Credentials {
  readonly username: string
  readonly password: Secret
  /** Key of the BMC, where it has one. */
  readonly k_g?: Secret | undefined
}

/**
 * A configuration file of FreeIPMI with what stands in another one, by default the machine's if it can be read, and these
 * credentials, which so never stand on a command line.
 *
 * @throws {MetricqError} `secret`
 */
export async function credentialsFile({ username, password, k_g }: Credentials, base?: string): Promise<string> {
  const settings =
    base === undefined ? await readFile(MACHINE_FILE, "utf8").catch(() => "") : await readFile(base, "utf8")
  const others = settings.split("\n").filter((line) => isSetting(line) && !isCredential(line, k_g !== undefined))
  const ours = [`username ${quoted(username)}`, `password ${quoted(secretText(password))}`]
  if (k_g !== undefined) ours.push(`k_g ${quoted(secretText(k_g))}`)
  return [...others, ...ours, ""].join("\n")
}

function isSetting(line: string): boolean {
  return !/^\s*(#|$)/.test(line)
}

/** Of all tools, or of one: `ipmi-sensors-password`. */
function isCredential(line: string, withKey: boolean): boolean {
  const names = withKey ? /^\s*(?:[\w-]+-)?(?:username|password|k_g)\b/i : /^\s*(?:[\w-]+-)?(?:username|password)\b/i
  return names.test(line)
}

/** As FreeIPMI reads it: `#` begins a comment in quotes, too. */
function quoted(text: string): string {
  if (/[\n\r\0]/.test(text)) throw new MetricqError("secret", "a user or password of a BMC has no line breaks")
  return `"${text.replaceAll(/["\\#]/g, String.raw`\$&`)}"`
}
