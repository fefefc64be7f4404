import { HistoryError } from "./errors.js"

/** What a history message is labelled as, though it is none; peers look for nothing else. */
export const historyContentType = "application/json"

/** Headers of an answer: seconds from its request to its sending, and those of it in which it was worked on. */
export const requestDurationHeader = "x-request-duration"
export const processingDurationHeader = "x-processing-duration"

/** Header of an answer that is an error: the code of that. Ours; others send the text only. */
export const errorCodeHeader = "x-metricq-code"

/** Code of the error for an answer that is too long for a message, so that less has to be asked for. */
const tooLargeCode = "too-large"

const mebi = 1024 * 1024

/** The error for an answer of so many bytes. */
export function tooLarge(bytes: number, maxBytes: number): HistoryError {
  const mib = (count: number) => (count < mebi ? `${count} bytes` : `${Math.ceil(count / mebi)} MiB`)
  return new HistoryError(
    tooLargeCode,
    `the answer is too large: it has ${mib(bytes)}, at most ${mib(maxBytes)} are sent; ask for a shorter time, or for longer intervals`,
  )
}

/** Whether less at once may be answered where this was refused. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof HistoryError && error.code === tooLargeCode
}

/** Code of an error by its text, for databases that send nothing else. */
export function codeOfText(text: string): string {
  return /too (large|long|big)|max(imum)?[ _-]?message[ _-]?size/i.test(text) ? tooLargeCode : "history-error"
}

/**
 * A duration in a header, as seconds; undefined where there is none.
 *
 * It is a number or its text, of seconds, but from the original's C++ master one of nanoseconds: whole ones, so that a whole number from
 * a thousand on is taken for these.
 */
export function durationOf(header: unknown): number | undefined {
  const text = typeof header === "string" ? header.trim() : typeof header === "bigint" ? String(header) : header
  const value = typeof text === "string" && text !== "" ? Number(text) : text
  if (typeof value !== "number" || !(value >= 0) || value === Number.POSITIVE_INFINITY) return undefined
  const isNanoseconds = value >= 1000 && Number.isInteger(value) && !String(text).includes(".")
  return isNanoseconds ? value / 1e9 : value
}
