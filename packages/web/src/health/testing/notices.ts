import { silentLogger } from "@metricq/client"
import type { TestScope } from "@metricq/testkit"
import { onTestEnd } from "@metricq/testkit"
import type { Notice } from "../channels/channel.js"
import { readNamedFile, readSecret, type SecretPlaces } from "../channels/channel-secret.js"
import { parseChannel } from "../channels/channel-settings.js"
import { type ChannelTypeName, channelType } from "../channels/channel-types.js"
import { Delivery, type DeliveryNews } from "../channels/delivery.js"
import { type Detection, type FindingKind, findingId, findingKinds } from "../finding.js"
import type { Finding, ResolvedFinding } from "../ledger.js"

/** A finding about a metric, with changes. */
export function finding(metric: string, change: Partial<Detection> & { state?: Finding["state"] } = {}): Finding {
  const kind: FindingKind = change.kind ?? "silent"
  const subject = change.subject ?? { metric }
  return {
    ...{ id: findingId(kind, subject), kind, severity: "warning", subject, source: "source-a", state: "open" },
    ...{ message: "no point for 5 min", remedy: "look", values: {}, sinceMs: 1000, foundMs: 1500, lastSeenMs: 2000 },
    ...change,
  }
}

/** The same, over. */
export function resolved(metric: string, change: Parameters<typeof finding>[1] = {}): ResolvedFinding {
  return { ...finding(metric, change), resolvedMs: 3000 }
}

/** A message with these new findings. */
export function notice(opened: readonly Finding[], change: Partial<Notice> = {}): Notice {
  return {
    ...{
      type: "findings",
      id: "5e1f",
      time: "2026-11-26T07:26:20.000Z",
      page: "http://page/health",
      opened,
      resolved: [],
    },
    ...{ open: { error: 1, warning: 2, info: 0 }, counts: { opened: opened.length, resolved: 0 } },
    standing: () => ({ findings: opened, kinds: findingKinds }),
    ...change,
  }
}

const tuning = { answerMs: 5000, firstPauseMs: 5, longestPauseMs: 20, tries: 5 }

/** A channel with settings as the API takes them; it ends with the test. */
export function delivery(
  t: TestScope,
  type: ChannelTypeName,
  given: Readonly<Record<string, unknown>>,
  places: Partial<SecretPlaces> & { findings?: DeliveryNews["findings"]; before?: Delivery } = {},
): Delivery {
  const { env = {}, folder, findings = () => ({ findings: [] }), before } = places
  const settings = parseChannel({ name: "test", type, digestS: 0, ...given }, true)
  const channel = channelType(type).make(settings.target, {
    secretOf: (secret) => readSecret(secret, { env, folder }),
    fileOf: (file) => readNamedFile(file, { env, folder }),
    answerMs: tuning.answerMs,
  })
  const news = { page: () => "http://page/health", open: () => ({ error: 1, warning: 2, info: 3 }), findings }
  const repeatS = channelType(type).repeatS?.(settings.target)
  const parts = { news, logger: silentLogger, tuning, repeatS, onChange: () => {} }
  const made = new Delivery(settings, channel, parts, before)
  onTestEnd(t, () => made.end())
  return made
}
