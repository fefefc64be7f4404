import { configItems } from "./config-items.js"
import { Drafts } from "./drafts.js"
import { sourceSession } from "./source-session.js"
import type { WizardRoutes } from "./wizard-context.js"

/** Forms for sources: changes gather in a draft, which is stored as a whole. */
export const sourceDrafts: WizardRoutes = (app, context) => {
  const drafts = new Drafts()
  sourceSession(app, context, drafts)
  configItems(app, context, drafts)
}
