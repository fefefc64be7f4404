import type { FailurePolicy } from "../../kit/fields/failure.js"
import type { ModbusGroup, ModbusHost, ModbusMetric } from "../config.js"
import { isBitFunction, type RegisterFunction, registerFunctions } from "../protocol/functions.js"
import type { Span } from "../read-plan.js"
import { hasBits, registersOf, type ValueSettings, type ValueType } from "../values/value-format.js"
import type { Path, Problems } from "./problems.js"

/** A metric of a group, with everything that host and group say about it. */
export interface MetricSettings extends Span {
  /** Last part of its name. */
  readonly suffix: string
  readonly value: ValueSettings
  readonly description: string
  readonly unit?: string | undefined
  readonly chunkSize?: number | undefined
  readonly onFailure?: FailurePolicy | undefined
}

/** Settles a metric; what cannot be is added to `problems`. */
export function metricSettings(
  host: ModbusHost,
  group: ModbusGroup,
  [suffix, metric]: readonly [string, ModbusMetric],
  { path, problems }: { path: Path; problems: Problems },
): MetricSettings {
  const kind = kindOf(metric.function ?? group.function ?? host.function ?? "input")
  const type = metric.type ?? (isBitFunction(kind) ? "bool" : (group.type ?? host.type ?? "float32"))
  const value: ValueSettings = {
    type,
    wordOrder: metric.wordOrder ?? group.wordOrder ?? host.wordOrder ?? "big",
    byteOrder: metric.byteOrder ?? group.byteOrder ?? host.byteOrder ?? "big",
    size: metric.size,
    bit: metric.bit,
    mask: metric.mask === undefined ? undefined : BigInt(metric.mask),
    shift: metric.shift,
    map: metric.map,
    scale: metric.scale,
    offset: metric.offset,
  }
  const address = Number(metric.address)
  const count = isBitFunction(kind) ? 1 : registersOf(value)
  if (address + count > 65_536) problems.add([...path, "address"], `${count} registers from it up to 65535`)
  checkType(kind, type, metric, { path, problems })
  return {
    kind,
    address,
    count,
    suffix: suffix.replace(/^\.+/, ""),
    value,
    description: metric.description,
    unit: metric.unit || undefined,
    chunkSize: metric.chunk_size == null ? undefined : Number(metric.chunk_size) || undefined,
    onFailure: metric.onFailure ?? group.onFailure,
  }
}

/** The kind of registers that a name or a function code means. */
export function kindOf(name: RegisterFunction | number): RegisterFunction {
  return typeof name === "number" ? (registerFunctions[name - 1] ?? "input") : name
}

function checkType(
  kind: RegisterFunction,
  type: ValueType,
  { size, bit, mask, shift }: ModbusMetric,
  { path, problems }: { path: Path; problems: Problems },
): void {
  if (isBitFunction(kind) && type !== "bool") problems.add([...path, "type"], `bool, as each ${kind} is one bit`)
  if (type === "string" && size === undefined) problems.add([...path, "size"], "the bytes of the string")
  if (type !== "string" && size !== undefined) problems.add([...path, "size"], "none, as only a string has one")
  const picks = bit !== undefined || mask !== undefined
  if (picks && (isBitFunction(kind) || !hasBits(type)))
    problems.add([...path, bit === undefined ? "mask" : "bit"], `none, as ${type} is no integer`)
  if (bit !== undefined && bit >= 16 * registersOf({ type })) problems.add([...path, "bit"], `a bit that ${type} has`)
  if (bit !== undefined && mask !== undefined) problems.add([...path, "mask"], "either bit or mask")
  if (shift !== undefined && mask === undefined) problems.add([...path, "shift"], "none without a mask")
}
