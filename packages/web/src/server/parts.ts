import { access } from "../access/access-part.js"
import { api } from "../api/api.js"
import { grafana } from "../grafana/grafana.js"
import { findings } from "../health/health.js"
import { live } from "../live/live.js"
import { openapi } from "../openapi/openapi.js"
import { prometheus } from "../prometheus/prometheus.js"
import { wizard } from "../wizard/wizard.js"
import type { WebPart } from "./context.js"
import { health } from "./health.js"
import { page } from "./page.js"

/** Everything a web server consists of, one line for each. */
export const parts: readonly WebPart[] = [
  health,
  access,
  api,
  openapi,
  findings,
  live,
  grafana,
  prometheus,
  wizard,
  page,
]
