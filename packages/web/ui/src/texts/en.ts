import { bundle } from "./en/bundle.js"
import { clients } from "./en/clients.js"
import { configuration } from "./en/configuration.js"
import { explore } from "./en/explore.js"
import { findings } from "./en/findings.js"
import { health } from "./en/health.js"
import { home } from "./en/home.js"
import { login } from "./en/login.js"
import { metrics } from "./en/metrics.js"
import { network } from "./en/network.js"
import { settings } from "./en/settings.js"
import { shell } from "./en/shell.js"

/** Every text of the page in English, a file for each page. A key is `page.thing`; `{name}` is filled in by `t`. */
export const en = {
  ...shell,
  ...login,
  ...settings,
  ...home,
  ...explore,
  ...metrics,
  ...clients,
  ...configuration,
  ...bundle,
  ...network,
  ...health,
  ...findings,
}

export type TextKey = keyof typeof en
