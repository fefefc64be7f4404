import { api } from "../api/api.js"
import type { WebPart } from "./context.js"
import { health } from "./health.js"
import { page } from "./page.js"

/** Everything a web server consists of, one line for each. */
export const parts: readonly WebPart[] = [health, api, page]
