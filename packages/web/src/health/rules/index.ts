import type { MetricRule, NetworkRule } from "../observation.js"
import { clientClock } from "./client-clock.js"
import { clockAhead } from "./clock-ahead.js"
import { clockBehind } from "./clock-behind.js"
import { configOutdated, configRefused } from "./configuration.js"
import { databaseAway, databaseBehind, databaseTrouble } from "./databases.js"
import { nan } from "./nan.js"
import { producers } from "./producers.js"
import { queue } from "./queue.js"
import { rate } from "./rate.js"
import { revived } from "./revived.js"
import { silent } from "./silent.js"
import { stuck } from "./stuck.js"
import { twoHosts } from "./two-hosts.js"
import { unitChanged } from "./unit-changed.js"
import { unitMissing } from "./unit-missing.js"
import { unstored } from "./unstored.js"

/** What is looked for in every metric. */
export const metricRules: readonly MetricRule[] = [
  ...[silent, nan, stuck, clockAhead, clockBehind, rate, revived, unitMissing, unitChanged, unstored],
]

/** What is looked for in the network. */
export const networkRules: readonly NetworkRule[] = [
  ...[databaseAway, databaseTrouble, databaseBehind, clientClock, twoHosts, configRefused, configOutdated],
  ...[producers, queue],
]
