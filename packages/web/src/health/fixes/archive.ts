import { type Fix, metricsText } from "./fix.js"
import { setMetadata } from "./set-metadata.js"

/** Metrics that are over leave the lists; their points stay. */
export const archive: Fix = {
  needs: "operator",
  plan: (finding, { metricsOf }) => {
    const metrics = metricsOf(finding)
    return {
      does: `archives ${metricsText(metrics)}; what is stored stays`,
      values: { count: metrics.length },
      metrics,
    }
  },
  run: async (finding, parts) => {
    const metrics = parts.metricsOf(finding)
    const archived = new Date().toISOString()
    await setMetadata(metrics, () => ({ archived }), parts)
    return `${metricsText(metrics)} archived`
  },
}

/** The other way round. */
export const unarchive: Fix = {
  needs: "operator",
  plan: (finding, { metricsOf }) => {
    const metrics = metricsOf(finding)
    return { does: `takes ${metricsText(metrics)} out of the archive`, values: { count: metrics.length }, metrics }
  },
  run: async (finding, parts) => {
    const metrics = parts.metricsOf(finding)
    await setMetadata(metrics, () => ({ archived: null }), parts)
    return `${metricsText(metrics)} taken out of the archive`
  },
}
