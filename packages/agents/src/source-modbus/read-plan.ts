import { isBitFunction, type RegisterFunction, registerFunctions } from "./protocol/functions.js"
import type { ReadRequest } from "./protocol/read-request.js"

/** Registers that are wanted together. */
export interface Span {
  readonly kind: RegisterFunction
  readonly address: number
  /** Registers, or bits. */
  readonly count: number
}

/** A request, and the wanted spans that it covers. */
export interface PlannedRead<S extends Span> {
  readonly request: ReadRequest
  readonly spans: readonly S[]
}

export interface ReadLimits {
  /** Registers a request; of coils and discrete inputs sixteen times as many. */
  readonly maxRegisters: number
  /** Registers that nobody wants are read along if no more than this lie between two that are wanted. */
  readonly maxGap: number
}

/**
 * The requests that cover all spans, each span whole in one: as few as the limits allow when they are filled from the lowest address up.
 * No span may be longer than a request.
 */
export function planReads<S extends Span>(spans: readonly S[], limits: ReadLimits): PlannedRead<S>[] {
  return registerFunctions.flatMap((kind) =>
    planKind(
      spans.filter((span) => span.kind === kind),
      limits,
    ),
  )
}

/**
 * Two reads in place of one that a device refuses, parted at the widest gap, the one nearest to the middle if there are several:
 * some of its registers are not there, and the others shall be read on. `undefined` if there is only one span.
 */
export function splitRead<S extends Span>({ spans }: PlannedRead<S>): PlannedRead<S>[] | undefined {
  if (spans.length < 2) return undefined
  const middle = spans.length / 2
  let cut = 1
  let widest = Number.NEGATIVE_INFINITY
  for (let i = 1; i < spans.length; i += 1) {
    const gap = gapBefore(spans, i)
    const isBetter = gap > widest || (gap === widest && Math.abs(i - middle) < Math.abs(cut - middle))
    if (isBetter) [cut, widest] = [i, gap]
  }
  return [readOf(spans.slice(0, cut)), readOf(spans.slice(cut))]
}

function planKind<S extends Span>(spans: readonly S[], { maxRegisters, maxGap }: ReadLimits): PlannedRead<S>[] {
  const sorted = [...spans].sort((a, b) => a.address - b.address || a.count - b.count)
  const reads: PlannedRead<S>[] = []
  let group: S[] = []
  let end = 0
  for (const span of sorted) {
    const [first = span] = group
    const longest = isBitFunction(span.kind) ? 16 * maxRegisters : maxRegisters
    const newEnd = Math.max(end, span.address + span.count)
    if (group.length > 0 && (newEnd - first.address > longest || span.address - end > maxGap)) {
      reads.push(readOf(group))
      group = []
      end = 0
    }
    group.push(span)
    end = Math.max(end, span.address + span.count)
  }
  return group.length === 0 ? reads : [...reads, readOf(group)]
}

/** `spans` are not empty, and in the order of their addresses. */
function readOf<S extends Span>(spans: readonly S[]): PlannedRead<S> {
  const { kind = "input", address = 0 } = spans[0] ?? {}
  return { request: { kind, address, count: endOf(spans) - address }, spans }
}

function gapBefore(spans: readonly Span[], index: number): number {
  return (spans[index]?.address ?? 0) - endOf(spans.slice(0, index))
}

function endOf(spans: readonly Span[]): number {
  return Math.max(...spans.map(({ address, count }) => address + count))
}
