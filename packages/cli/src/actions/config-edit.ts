import type { Client } from "@metricq/client"
import type { ConfigSetArguments } from "@metricq/protocol"
import { applyConfig } from "../config/apply-config.js"
import { checkForToken, templateFor } from "../config/check-for-token.js"
import { editConfig } from "../config/edit-config.js"
import { findConfig } from "../config/find-config.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { chooseLetter } from "../terminal/choice.js"
import { colorsFor } from "../terminal/colors.js"
import { note, printLines } from "../terminal/output.js"

/** Options of `metricq config edit`. */
export interface EditOptions extends ConnectionOptions {
  readonly note?: string
  readonly check: boolean
  readonly apply?: boolean
}

/** Change a configuration in the user's editor. No connection is held while that is open. */
export async function editStored(token: string, options: EditOptions): Promise<void> {
  const administer = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    withClient(options, work, { administrator: true })
  const revision = await editConfig({
    token,
    colors: colorsFor(process.stderr),
    load: () => administer((client) => findConfig(client, token)),
    template: () => templateFor(token),
    check: async (config) => {
      if (options.check) await checkForToken(token, config, note)
    },
    store: async (config, base) => {
      const write: ConfigSetArguments = { token, config, revision: base, note: options.note }
      return (await administer((client) => client.rpc("config.set", write))).revision
    },
    choose: chooseLetter,
    say: (lines) => process.stderr.write(`${lines.join("\n")}\n`),
  })
  printLines([revision === undefined ? `${token} is unchanged` : `${token} is at revision ${revision}`])
  if (options.apply && revision !== undefined) printLines([await administer((client) => applyConfig(client, token))])
}
