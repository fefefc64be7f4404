import { z } from "zod"
import { secretText } from "../secret-text.js"
import { secret } from "./secret.js"

/** How a peer is checked, and how this side shows itself. Certificates are PEM texts, or references to files of secrets. */
export const tlsOptions = z.looseObject({
  verify: z.boolean().default(true).describe("check the certificate of the other side"),
  ca: secret.optional().describe("certificates of authorities that are trusted, PEM; default: those of the system"),
  cert: secret.optional().describe("certificate of this side, PEM"),
  key: secret.optional().describe("its private key, PEM"),
  passphrase: secret.optional().describe("of the private key"),
  servername: z.string().min(1).optional().describe("name the certificate must have; default: the host"),
})

export type TlsConfig = z.infer<typeof tlsOptions>

/** What `node:tls` takes. */
export interface NodeTlsOptions {
  readonly rejectUnauthorized: boolean
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  readonly servername?: string
}

/** The options of `node:tls`; secrets are looked up now. Throws {MetricqError} `secret`. */
export function nodeTlsOptions({ verify, ca, cert, key, passphrase, servername }: TlsConfig): NodeTlsOptions {
  return {
    rejectUnauthorized: verify,
    ...(ca !== undefined && { ca: secretText(ca) }),
    ...(cert !== undefined && { cert: secretText(cert) }),
    ...(key !== undefined && { key: secretText(key) }),
    ...(passphrase !== undefined && { passphrase: secretText(passphrase) }),
    ...(servername !== undefined && { servername }),
  }
}
