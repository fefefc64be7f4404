/** When something is worth a finding. Durations have their unit in their name. */
export interface Thresholds {
  /** Seconds from the begin of a look at everything to the next; longer where that takes longer. */
  readonly sweepS: number
  /** A metric is silent after so many of its intervals without a point, */
  readonly silentIntervals: number
  /** but not before so many seconds; */
  readonly silentMinS: number
  /** one that declares no rate after so many seconds, if it had a steady one. */
  readonly silentUnknownS: number
  /** A value that does not move for so many hours is stuck, one without decimal places after four times as many. */
  readonly stuckH: number
  /** Nothing but NaN for so many seconds. */
  readonly nanS: number
  /** Stamps so many seconds ahead, or behind while points keep coming. */
  readonly clockAheadS: number
  readonly clockBehindS: number
  /** Clock of a client that is so many seconds off. */
  readonly clientClockS: number
  /** Points come so many times as often as declared, or as seldom, for so many seconds. */
  readonly rateFactor: number
  readonly rateForS: number
  /** So many messages wait in a queue that nobody has read for so many seconds. */
  readonly queueMessages: number
  readonly queueForS: number
  /** So many messages wait to be stored, for so many seconds. */
  readonly behindMessages: number
  readonly behindForS: number
  /** A database or a client has not answered for so many seconds. */
  readonly awayForS: number
}

/** What there is without settings. */
export const defaultThresholds: Thresholds = {
  sweepS: 30,
  silentIntervals: 10,
  silentMinS: 60,
  silentUnknownS: 86_400,
  stuckH: 6,
  nanS: 300,
  clockAheadS: 10,
  clockBehindS: 60,
  clientClockS: 5,
  rateFactor: 2,
  rateForS: 600,
  queueMessages: 1000,
  queueForS: 600,
  behindMessages: 5000,
  behindForS: 60,
  awayForS: 60,
}

/** Lowest and highest value of each. */
export const thresholdRanges: Readonly<Record<keyof Thresholds, readonly [low: number, high: number]>> = {
  sweepS: [0.2, 3600],
  silentIntervals: [2, 10_000],
  silentMinS: [0.5, 604_800],
  silentUnknownS: [1, 31_536_000],
  stuckH: [0.001, 8760],
  nanS: [0, 604_800],
  clockAheadS: [0.1, 86_400],
  clockBehindS: [0.1, 604_800],
  clientClockS: [0.1, 86_400],
  rateFactor: [1.1, 1000],
  rateForS: [0, 604_800],
  queueMessages: [1, 1e9],
  queueForS: [0, 604_800],
  behindMessages: [1, 1e9],
  behindForS: [0, 86_400],
  awayForS: [0, 86_400],
}
