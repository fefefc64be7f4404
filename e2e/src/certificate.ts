import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"

/** Makes a certificate for this machine that signs itself: `cert.pem` and `key.pem` in a folder. */
export async function makeCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")]
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
  const kind = ["-newkey", "rsa:2048", "-nodes", "-days", "2", ...names]
  await promisify(execFile)("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert])
  return { cert, key }
}
