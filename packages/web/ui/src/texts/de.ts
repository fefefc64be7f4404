import { bundle } from "./de/bundle.js"
import { clients } from "./de/clients.js"
import { configuration } from "./de/configuration.js"
import { explore } from "./de/explore.js"
import { findings } from "./de/findings.js"
import { health } from "./de/health.js"
import { home } from "./de/home.js"
import { login } from "./de/login.js"
import { metrics } from "./de/metrics.js"
import { network } from "./de/network.js"
import { settings } from "./de/settings.js"
import { shell } from "./de/shell.js"
import type { TextKey } from "./en.js"

/** Every text of the page in German. */
export const de: Record<TextKey, string> = {
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
