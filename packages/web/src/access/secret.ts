import { createHash, randomBytes } from "node:crypto"

const SECRET_BYTES = 32

/** A secret of 256 random bits, fit for headers and cookies. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url")
}

/** What is kept of a secret of ours: nobody finds it from this, and it is looked up by this, so comparing takes the same time for all. */
export function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url")
}
