import { WebError } from "../../server/web-error.js"
import type { Finding } from "../ledger.js"
import { type Fix, metricsText } from "./fix.js"
import { setMetadata } from "./set-metadata.js"

const MOST_CHARACTERS = 40

/** Writes a unit over what sources declare; values stay what they are. */
export const setUnit: Fix = {
  needs: "operator",
  plan: (finding, { metricsOf }) => {
    const metrics = metricsOf(finding)
    const does = `writes the unit into the metadata of ${metricsText(metrics)}; no value changes`
    return { does, values: { count: metrics.length }, metrics, asks: { unit: unitsOf(finding) } }
  },
  run: async (finding, parts, { unit }) => {
    if (unit === undefined || unit.length > MOST_CHARACTERS || /\p{Cc}/u.test(unit)) {
      const remedy = 'name it as "unit"; "" for a number without dimension'
      throw new WebError("fix-input", `a unit of at most ${MOST_CHARACTERS} characters is needed`, { remedy })
    }
    const metrics = parts.metricsOf(finding)
    await setMetadata(metrics, () => ({ unit }), parts)
    parts.settleUnit(metrics, unit)
    return `unit of ${metricsText(metrics)} set to ${unit === "" ? "none" : unit}`
  },
}

/** What it may be: what it is now, and what it was before. */
function unitsOf({ values }: Finding): string[] {
  return [values.after, values.before].filter((each): each is string => typeof each === "string")
}
