import { clients } from "./de/clients.js"
import { configuration } from "./de/configuration.js"
import { explore } from "./de/explore.js"
import { home } from "./de/home.js"
import { metrics } from "./de/metrics.js"
import { network } from "./de/network.js"
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
  ...network,
}
