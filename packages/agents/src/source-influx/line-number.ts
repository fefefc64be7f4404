const MINUS = 0x2d
const DOT = 0x2e

/** Powers of ten that are whole doubles. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i)
/** Digits that fit a double whatever they are. */
const EXACT_DIGITS = 15

/**
 * The number that bytes of a field's value stand for: `1.5`, `-3e8`, `42i`, `42u`, and 1 or 0 for true and false. `undefined` for
 * everything else, also for what is too large for a double.
 */
export function parseNumber(buffer: Buffer, begin: number, end: number): number | undefined {
  const last = buffer[end - 1]
  if (last === 0x69 || last === 0x75) return parseInteger(buffer, begin, end - 1, last === 0x75)
  return parsePlain(buffer, begin, end) ?? parseOther(buffer.toString("latin1", begin, end))
}

/** Up to fifteen digits, perhaps with a point: the quotient of two whole doubles is the nearest double. */
function parsePlain(buffer: Buffer, begin: number, end: number): number | undefined {
  const isNegative = buffer[begin] === MINUS
  let digits = 0
  let number = 0
  let point = -1
  for (let i = isNegative ? begin + 1 : begin; i < end; i += 1) {
    const byte = buffer[i] ?? 0
    if (byte === DOT && point < 0) point = digits
    else if (byte < 0x30 || byte > 0x39) return undefined
    else {
      number = number * 10 + (byte - 0x30)
      digits += 1
    }
  }
  if (digits === 0 || digits > EXACT_DIGITS) return undefined
  const value = point < 0 ? number : number / (POWERS[digits - point] ?? 1)
  return isNegative ? -value : value
}

function parseInteger(buffer: Buffer, begin: number, end: number, isUnsigned: boolean): number | undefined {
  const digits = buffer.toString("latin1", begin, end)
  const isInteger = isUnsigned ? /^\d{1,20}$/.test(digits) : /^[+-]?\d{1,20}$/.test(digits)
  return isInteger ? Number(digits) : undefined
}

function parseOther(text: string): number | undefined {
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return 1
  if (/^(?:f|F|false|False|FALSE)$/.test(text)) return 0
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}
