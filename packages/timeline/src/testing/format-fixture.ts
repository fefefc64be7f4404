import { rm } from "node:fs/promises"
import type { Columns } from "@metricq/protocol"
import type { StoreOptions } from "../store/options.js"
import { Timeline } from "../timeline.js"

/*
 * What is in the frozen folders below `fixtures`, one for each version of the format. As a program it writes such a folder anew; one that
 * was released stays as it is.
 */

const second = 1_000_000_000n

/** Time of point 0. */
export const fixtureOriginNs = 1_600_000_000n * second

/** The clock of the store when it was written. */
const nowNs = fixtureOriginNs + 4000n * second

export const fixtureParameters = {
  intervalMinNs: 10n * second,
  intervalMaxNs: 10_000n * second,
  intervalFactor: 10,
  maxGapNs: 60n * second,
}

/** Points of `lab.power`: one a second, with a gap marked at every 500th. */
export function fixturePoint(i: number): number {
  return i % 500 === 499 ? Number.NaN : (10_000 + 100 * (i % 7) + ((i * 2654435761) % 2000)) / 100
}

/** Points `first` to before `last`. */
export function fixturePoints(first: number, last: number): Columns {
  const indices = Array.from({ length: last - first }, (_, i) => first + i)
  return {
    times: BigInt64Array.from(indices, (i) => fixtureOriginNs + BigInt(i) * second),
    values: Float64Array.from(indices, fixturePoint),
  }
}

/** Where the points of `lab.old` have been given up, and up to where it goes. */
export const fixtureGivenUp = { before: 1000, last: 3000 }

/** Everything that a folder can hold: two segments, runs that count no longer, one that has only rows, and a journal with a late point. */
async function writeFixture(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const options: Partial<StoreOptions> = {
    compaction: false,
    now: () => nowNs,
    tuning: { blockPoints: 512, runPoints: 1 << 22, pointsPerRow: 10 },
  }
  const timeline = await Timeline.open(folder, options)
  for (const metric of ["lab.power", "lab.old", "lab.gone"]) await timeline.declare(metric, fixtureParameters)
  await timeline.append("lab.gone", fixturePoints(0, 10))
  await timeline.append("lab.old", fixturePoints(0, fixtureGivenUp.last))
  await timeline.append("lab.power", fixturePoints(0, 1500))
  await timeline.checkpoint()
  timeline.setRetention([{ metrics: "lab.old", pointsNs: 3000n * second, rows: [{ intervalNs: 10n * second }] }])
  await timeline.append("lab.power", fixturePoints(2000, 2200))
  await timeline.compact()
  await timeline.append("lab.power", fixturePoints(1500, 2000))
  await timeline.append("lab.default", fixturePoints(0, 3))
  await timeline.checkpoint()
  await timeline.delete("lab.default", { beginNs: fixtureOriginNs + second, endNs: fixtureOriginNs + 2n * second })
  await timeline.delete("lab.gone")
  await timeline.append("lab.power", fixturePoints(2200, 2300))
  await timeline.append("lab.power", {
    times: BigInt64Array.of(fixtureOriginNs - second),
    values: Float64Array.of(-1.5),
  })
  await timeline.close()
}

const folder = process.argv[2]
if (folder !== undefined && process.argv[1]?.endsWith("format-fixture.js")) await writeFixture(folder)
