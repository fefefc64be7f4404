import { join } from "node:path"
import { type Scope, temporaryFolder } from "@metricq/testkit"
import { type Sequence, sequenceNames, stretches } from "./chunk-sequence.js"
import { LmdbPeer } from "./lmdb-peer.js"
import { perSecond, ratio } from "./numbers.js"
import type { StorePeer } from "./store-peer.js"
import { TimelinePeer } from "./timeline-peer.js"
import { hasVictoria, VictoriaPeer } from "./victoria-peer.js"

/** The stores side by side, each in a folder of its own; they end with the scope. */
export async function openPeers(scope: Scope, label: string): Promise<{ ours: TimelinePeer; others: StorePeer[] }> {
  const folder = await temporaryFolder(scope, label)
  const ours = await TimelinePeer.open(join(folder, "timeline"))
  scope.onTestFinished(() => ours.close())
  const others: StorePeer[] = [new LmdbPeer(join(folder, "lmdb"))]
  if (hasVictoria()) others.push(await VictoriaPeer.start(join(folder, "victoria")))
  for (const other of others) scope.onTestFinished(() => other.close())
  return { ours, others }
}

/** Insert a sequence and resolve with the seconds it took. */
export async function insert(peer: StorePeer, sequence: Sequence): Promise<number> {
  if (peer instanceof TimelinePeer) await peer.declare(sequenceNames(sequence))
  let seconds = 0
  for (const chunks of stretches(sequence)) seconds += await peer.insert(chunks)
  return seconds
}

/** Header of the rows of {@link insertRow}. */
export function insertHeader(others: readonly { name: string }[]): string[] {
  return ["points/s", "ours", ...others.flatMap(({ name }) => [name, "ratio"])]
}

/** Insert the same into all and tell the rates. */
export async function insertRow(
  title: string,
  { ours, others }: { ours: StorePeer; others: readonly StorePeer[] },
  sequence: Sequence,
): Promise<string[]> {
  const points = sequence.metrics * sequence.points
  const own = points / (await insert(ours, sequence))
  const row = [title, perSecond(own)]
  for (const other of others) {
    const rate = points / (await insert(other, sequence))
    row.push(perSecond(rate), ratio(own / rate))
  }
  return row
}
