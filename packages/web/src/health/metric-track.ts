/** A metric as a database surveys it. Times are ms since 1970, with fractions. */
export interface SurveyedPoint {
  /** Of the newest point, by its stamp. */
  readonly timeMs: number
  /** Of the first point that was looked at; equal to `timeMs` if there was only one, or none in memory. */
  readonly sinceMs: number
  /** Points looked at; 0 if none is in memory. */
  readonly count: number
  /** Of these, gaps. */
  readonly nan: number
  /** Newest value; NaN for a gap and where it is not known. */
  readonly value: number
  readonly min: number
  readonly max: number
}

/** Points to tell an interval from. */
const ENOUGH_POINTS = 10

/** What is remembered of a metric from one look to the next. */
export class MetricTrack {
  /** Clock of the database at the first look, and at the last one. */
  readonly firstLookMs: number
  lookMs: number
  /** The look before the last: its clock, and the newest point then. NaN at first. */
  lookBeforeMs = Number.NaN
  timeBeforeMs = Number.NaN
  point: SurveyedPoint
  /** Which database it is from, as its number in the sweep. */
  database: number
  /** Since when the value is the same, by stamps, and that value; NaN if it is not known. */
  sameSinceMs: number
  sameValue: number
  /** Whether history has said that the value was another one before. */
  hasMovedBefore = false
  /** Distance of points as last seen among many; NaN before. */
  intervalMs = Number.NaN
  /** Unit as last seen, and what it was before it changed. */
  unit: string | undefined
  unitBefore: string | undefined
  unitChangedMs = Number.NaN

  constructor(point: SurveyedPoint, lookMs: number, database: number) {
    this.firstLookMs = lookMs
    this.lookMs = lookMs
    this.point = point
    this.database = database
    this.sameSinceMs = isUnchanged(point) ? point.sinceMs : point.timeMs
    this.sameValue = point.value
    this.#measure()
  }

  /** Take what the next look has found. */
  look(point: SurveyedPoint, lookMs: number, database: number): void {
    const before = this.point
    if (point.count > 0 && !(isUnchanged(point) && point.min === this.sameValue)) {
      this.sameSinceMs = isUnchanged(point) ? point.sinceMs : point.timeMs
      this.sameValue = point.value
    }
    this.lookBeforeMs = this.lookMs
    this.timeBeforeMs = before.timeMs
    this.lookMs = lookMs
    this.point = point
    this.database = database
    this.#measure()
  }

  /** Within the same look another database knows a newer point. */
  correct(point: SurveyedPoint, lookMs: number, database: number): void {
    const { lookBeforeMs, timeBeforeMs } = this
    this.look(point, lookMs, database)
    this.lookBeforeMs = lookBeforeMs
    this.timeBeforeMs = timeBeforeMs
  }

  /** Take the unit that the metadata have now; what is no text says nothing. */
  noteUnit(unit: unknown, nowMs: number): void {
    if (typeof unit !== "string" || unit === this.unit) return
    if (unit === this.unitBefore) this.unitBefore = undefined
    else if (this.unit && unit !== "") {
      this.unitBefore = this.unit
      this.unitChangedMs = nowMs
    }
    this.unit = unit
  }

  /** Somebody has said that this is its unit: that is no change any more. */
  settleUnit(unit: string): void {
    this.unit = unit
    this.unitBefore = undefined
  }

  /** Whether `sameSinceMs` is when the value became the same, and not just when it was looked at first. */
  get isBeginKnown(): boolean {
    return this.hasMovedBefore || this.sameSinceMs > this.firstLookMs
  }

  /** Age of the newest point in ms, by the clock of the database; negative for one ahead of it. */
  get ageMs(): number {
    return this.lookMs - this.point.timeMs
  }

  /** Whether points have come since the look before; undefined at the first. */
  get isMoving(): boolean | undefined {
    return Number.isNaN(this.timeBeforeMs) ? undefined : this.point.timeMs !== this.timeBeforeMs
  }

  #measure(): void {
    const { count, timeMs, sinceMs } = this.point
    if (count >= ENOUGH_POINTS && timeMs > sinceMs) this.intervalMs = (timeMs - sinceMs) / (count - 1)
  }
}

function isUnchanged({ count, nan, min, max }: SurveyedPoint): boolean {
  return count > 0 && nan === 0 && min === max
}
