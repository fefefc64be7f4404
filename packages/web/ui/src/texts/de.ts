import { clients } from "./de/clients.js"
import { configuration } from "./de/configuration.js"
import { explore } from "./de/explore.js"
import { findings } from "./de/findings.js"
import { health } from "./de/health.js"
import { home } from "./de/home.js"
import { metrics } from "./de/metrics.js"
import { shell } from "./de/shell.js"
import type { TextKey } from "./en.js"

/** Every text of the page in German. */
export const de: Record<TextKey, string> = {
  ...shell,
  ...home,
  ...explore,
  ...metrics,
  ...clients,
  ...configuration,
  ...health,
  ...findings,
}
