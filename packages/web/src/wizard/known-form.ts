import { kindOfClient } from "../api/config-check.js"
import { storedConfig } from "../api/stored-config.js"
import { SourceForm } from "./source-form.js"
import type { WizardContext } from "./wizard-context.js"

/** The form for a source: of its kind, if that is known here or the running source tells it; undefined if nothing is known, or stored. */
export async function knownForm(context: WizardContext, token: string): Promise<SourceForm | undefined> {
  const stored = await storedConfig(context.rpc, token)
  const kind = stored && (await kindOfClient(context, token, stored.config))
  return kind && new SourceForm(kind)
}
