import { dirname, resolve } from "node:path"
import type { WebServerOptions } from "@metricq/web"
import { CommandError } from "../errors.js"
import { readJsonObject } from "../text/json-text.js"
import { readSecretFile } from "./secret-file.js"

/** Environment variable with the secret of the client. */
const VARIABLE = "METRICQ_OIDC_CLIENT_SECRET"

/**
 * What a file says of a provider of OpenID Connect, with the secret of the client: that of the environment, or the first line of the file that
 * `clientSecretFile` names, seen from the folder of the first. The web server looks at all the rest.
 *
 * @throws {CommandError} `file`, `json`, `oidc`
 */
export async function readProvider(path: string, environment: NodeJS.ProcessEnv): Promise<WebServerOptions["oidc"]> {
  const { clientSecretFile, ...options } = await readJsonObject(path)
  if (options.clientSecret !== undefined) {
    const remedy = `name a file as clientSecretFile, or set ${VARIABLE}`
    throw new CommandError("oidc", `${path}: no secret stands in this file: ${remedy}`)
  }
  if (clientSecretFile !== undefined && typeof clientSecretFile !== "string") {
    throw new CommandError("oidc", `${path}: clientSecretFile is the path of a file`)
  }
  const file = clientSecretFile === undefined ? undefined : resolve(dirname(path), clientSecretFile)
  const secret = environment[VARIABLE] || (file === undefined ? undefined : readSecretFile(file))
  return {
    ...options,
    ...(secret === undefined ? {} : { clientSecret: secret }),
  } as unknown as WebServerOptions["oidc"]
}
