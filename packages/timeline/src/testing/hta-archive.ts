import { readFileSync } from "node:fs"
import type { LevelParameters } from "../level-parameters.js"
import type { NaivePoint } from "./naive-model.js"

/** Where the points begin in a file of the original, and how many bytes each has. */
const HEADER = 80
const RECORD = 16

/** The raw file of a metric in an archive of the original: its points, and the parameters of its levels. */
export function readRawFile(path: URL | string): { points: NaivePoint[]; parameters: LevelParameters } {
  const file = readFileSync(path)
  const parameters = {
    intervalMinNs: file.readBigInt64LE(56),
    intervalFactor: Number(file.readBigUInt64LE(64)),
    intervalMaxNs: file.readBigInt64LE(72),
    maxGapNs: undefined,
  }
  const points: NaivePoint[] = []
  for (let at = HEADER; at + RECORD <= file.length; at += RECORD) {
    points.push({ ns: file.readBigInt64LE(at), value: file.readDoubleLE(at + 8) })
  }
  return { points, parameters }
}
