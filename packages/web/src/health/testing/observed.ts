import type { Metadata } from "@metricq/client"
import { metricState } from "../../network/metric-state.js"
import { MetricTrack, type SurveyedPoint } from "../metric-track.js"
import type { ClientObservation, MetricObservation, NetworkObservation } from "../observation.js"

/** The now of observations. */
export const NOW = 1_795_669_261_000
const SECOND = 1000

/** A point as of a metric measured once a second, five minutes of it in memory, the newest `ageS` old. */
export function point(change: Partial<SurveyedPoint> & { ageS?: number } = {}): SurveyedPoint {
  const { ageS = 0.5, ...rest } = change
  const timeMs = rest.timeMs ?? NOW - ageS * SECOND
  return { timeMs, sinceMs: timeMs - 299 * SECOND, count: 300, nan: 0, value: 3, min: 1, max: 5, ...rest }
}

/** A track whose looks found these points, half a minute apart, the last one now. */
export function track(...points: readonly SurveyedPoint[]): MetricTrack {
  const [first, ...rest] = points
  const at = (i: number) => NOW - (points.length - 1 - i) * 30 * SECOND
  const made = new MetricTrack(first!, at(0), 0)
  for (const [i, each] of rest.entries()) made.look(each, at(i + 1), 0)
  return made
}

/** A healthy stored metric of 1 Hz, with changes. */
export function metric(metadata: Metadata = {}, change: Partial<MetricObservation> = {}): MetricObservation {
  const all = { unit: "W", rate: 1, source: "source-a", historic: true, ...metadata }
  return {
    ...{ name: "lab.power", metadata: all, state: metricState(all), source: "source-a" },
    ...{ track: track(point({ ageS: 30 }), point()), isCurrent: true, storingSinceMs: 0, nowMs: NOW },
    ...change,
  }
}

/** A healthy client, with changes. */
export function client(token: string, change: Partial<ClientObservation> = {}): ClientObservation {
  return {
    ...{ token, isUp: true, lastSeenMs: NOW, host: `${token}.example`, clockS: 0.01 },
    ...{ hostChanges: 0, hosts: [], configuration: undefined },
    ...change,
  }
}

/** A network in which all is well, with changes. */
export function network(change: Partial<NetworkObservation> = {}): NetworkObservation {
  return { nowMs: NOW, clients: [client("source-a")], databases: [], queues: [], contested: [], ...change }
}
