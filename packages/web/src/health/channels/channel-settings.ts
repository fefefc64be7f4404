import { type FindingKind, findingKinds, type Severity, severities } from "../finding.js"
import type { Finding } from "../ledger.js"
import {
  booleanOf,
  globsOf,
  kindsOf,
  numberIn,
  objectOf,
  onlyKeys,
  severityOf,
  wrongSetting,
} from "../setting-values.js"
import { anyOf } from "../settings.js"
import { type ChannelTypeName, channelType, channelTypes, isChannelType } from "./channel-types.js"

/** Where findings are sent, and which. */
export interface ChannelSettings {
  /** Its own name. */
  readonly name: string
  readonly type: ChannelTypeName
  /** Whether it sends at present. */
  readonly on: boolean
  /** What is less severe is not sent, */
  readonly minimum: Severity
  /** nor is what is of other kinds; empty: all are sent. */
  readonly kinds: readonly FindingKind[]
  /** Globs; only what is about such metrics is sent. Empty: everything is. */
  readonly metrics: readonly string[]
  /** Whether it is told, too, that something has been resolved. */
  readonly resolved: boolean
  /** Seconds that findings are gathered for before they are sent as one message. */
  readonly digestS: number
  /** Where and how, in the form of its type. */
  readonly target: unknown
}

/** More channels are hardly meant. */
export const MOST_CHANNELS = 20
const keys = ["name", "type", "on", "minimum", "kinds", "metrics", "resolved", "digestS", "target"]
const namePattern = /^[a-z0-9][a-z0-9_-]{0,39}$/

/**
 * A channel as somebody has written it; what is missing is as usual.
 *
 * @param mayNameAnyFile whether it comes from a file of this machine, whose owner may name others for secrets
 * @throws {WebError} `settings` naming the key and what is expected
 */
export function parseChannel(value: unknown, mayNameAnyFile: boolean): ChannelSettings {
  const given = objectOf("channel", value)
  onlyKeys("channel", given, keys)
  const { name, type, on = true, minimum = "warning", kinds = [], metrics = [], resolved = true, target } = given
  if (typeof name !== "string" || !namePattern.test(name))
    return wrongSetting("channel.name: expected at most 40 of a-z, 0-9, - and _")
  if (!isChannelType(type)) return wrongSetting(`channel.type: expected ${Object.keys(channelTypes).join(", ")}`)
  const kind = channelType(type)
  return {
    ...{ name, type, on: booleanOf("channel.on", on), minimum: severityOf("channel.minimum", minimum) },
    ...{ kinds: kindsOf("channel.kinds", kinds), metrics: globsOf("channel.metrics", metrics) },
    resolved: booleanOf("channel.resolved", resolved),
    digestS: numberIn("channel.digestS", given.digestS ?? kind.digestS, 0, 86_400),
    target: kind.parse(objectOf("channel.target", target), mayNameAnyFile),
  }
}

/** A list of channels in which each name stands once. @throws {WebError} `settings` */
export function parseChannels(value: unknown, mayNameAnyFile: boolean): ChannelSettings[] {
  if (!Array.isArray(value) || value.length > MOST_CHANNELS)
    return wrongSetting(`channels: expected a list of at most ${MOST_CHANNELS}`)
  const channels = value.map((each: unknown) => parseChannel(each, mayNameAnyFile))
  const twice = channels.find(({ name }, i) => channels.findIndex((each) => each.name === name) !== i)
  return twice === undefined ? channels : wrongSetting(`channels: there are two of the name ${twice.name}`)
}

/** Whether a channel is about a finding. One about a client counts by the metrics that it names. */
export function hearing({ minimum, kinds, metrics }: ChannelSettings): (finding: Finding) => boolean {
  const worst = severities.indexOf(minimum)
  const isAbout = anyOf(metrics)
  return ({ severity, kind, subject, examples = [] }) => {
    if (severities.indexOf(severity) > worst) return false
    if (kinds.length > 0 && !kinds.includes(kind)) return false
    if (metrics.length === 0) return true
    return ("metric" in subject && isAbout(subject.metric)) || examples.some(isAbout)
  }
}

/** Kinds that a channel is about. */
export function heardKinds({ kinds }: ChannelSettings): readonly FindingKind[] {
  return kinds.length > 0 ? kinds : findingKinds
}
