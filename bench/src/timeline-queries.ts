import { milliseconds, ratio, type Spread, seededRandom, spreadOf } from "./numbers.js"
import { BEGIN_NS, referenceName, STEP_NS } from "./reference-data.js"
import type { StorePeer } from "./store-peer.js"
import { VictoriaPeer } from "./victoria-peer.js"

const STEP = BigInt(STEP_NS)
/** Positions of a chart. */
const POSITIONS = 1000n

/** A question about the points of the reference metric 0. */
export interface Query {
  readonly title: string
  /** Whether all stores must give the same number back: of points, not of rows, where they differ. */
  readonly exact: boolean
  ask(peer: StorePeer, random: () => number): Promise<number>
}

/** What a question takes of a store, and the number it gives back. */
export interface Measured extends Spread {
  readonly answer: number
}

/** All questions of the bench about a metric of so many points. */
export function queries(points: number): Query[] {
  const metric = referenceName(0)
  const endNs = BEGIN_NS + BigInt(points) * STEP
  const lengthNs = endNs - BEGIN_NS
  const within = (random: () => number, spanNs: bigint) =>
    BEGIN_NS + BigInt(Math.floor(random() * Number(lengthNs - spanNs)))
  const positions: Query["ask"] = (peer) => peer.timeline(metric, BEGIN_NS, endNs, lengthNs / POSITIONS)
  const maxima: Query["ask"] = (peer, random) =>
    peer instanceof VictoriaPeer
      ? peer.buckets("max_over_time", metric, BEGIN_NS, endNs, lengthNs / POSITIONS)
      : positions(peer, random)
  const half: Query["ask"] = (peer, random) => {
    const beginNs = within(random, lengthNs / 2n)
    return peer.aggregate(metric, beginNs, beginNs + lengthNs / 2n)
  }
  const part: Query["ask"] = (peer, random) => {
    const spanNs = lengthNs / 100n
    const beginNs = within(random, spanNs)
    return peer.timeline(metric, beginNs, beginNs + spanNs, spanNs / POSITIONS)
  }
  const raw =
    (count: number): Query["ask"] =>
    (peer, random) => {
      const beginNs = BEGIN_NS + BigInt(Math.floor(random() * (points - count))) * STEP
      return peer.raw(metric, beginNs, beginNs + BigInt(count) * STEP)
    }
  return [
    { title: "aggregate of everything", exact: true, ask: (peer) => peer.aggregate(metric, BEGIN_NS, endNs) },
    { title: "aggregate of a random half", exact: true, ask: half },
    { title: "timeline of 1000 positions", exact: false, ask: positions },
    { title: "… beside maxima alone", exact: false, ask: maxima },
    { title: "timeline of a random 1 %", exact: false, ask: part },
    { title: "10,001 points", exact: true, ask: raw(10_001) },
    { title: "11 points", exact: true, ask: raw(11) },
    { title: "the last value", exact: true, ask: (peer) => peer.last(metric) },
  ]
}

/** Put each question to a store again and again. */
export async function measureQueries(peer: StorePeer, asked: readonly Query[]): Promise<Measured[]> {
  const results: Measured[] = []
  for (const { ask } of asked) {
    const random = seededRandom(1)
    const answer = await ask(peer, random)
    results.push({ answer, ...(await spreadOf(() => ask(peer, random))) })
  }
  return results
}

/** Header of {@link queryRows}. */
export function queryHeader(others: readonly { name: string }[], crowd: string): string[] {
  return ["ms", "rows or points", "p50", "p95", `${crowd} p50`, "p95", ...others.flatMap(({ name }) => [name, "ratio"])]
}

/** A table of what the questions take: of ours alone, of ours with many other metrics in the store, and of the others. */
export function queryRows(
  asked: readonly Query[],
  own: readonly Measured[],
  crowded: readonly Measured[],
  others: readonly (readonly Measured[])[],
): string[][] {
  return asked.map((query, index) => {
    const { answer, p50, p95 } = own[index]!
    const beside = others.map((results) => results[index]!)
    const many = crowded[index]!
    for (const other of [many, ...beside]) checkSame(query, answer, other.answer)
    return [
      query.title,
      Number.isInteger(answer) ? answer.toLocaleString("en") : "",
      ...[p50, p95, many.p50, many.p95].map(milliseconds),
      ...beside.flatMap((other) => [milliseconds(other.p50), ratio(other.p50 / p50)]),
    ]
  })
}

/** A bench of different work would say nothing. */
function checkSame({ title, exact }: Query, own: number, other: number): void {
  if (exact && own !== other && !Number.isNaN(other)) throw new Error(`${title}: ${own} of ours, ${other} of another`)
}
