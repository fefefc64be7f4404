import { number, scaled } from "./numbers.js"

/** A size in three digits: `1.23 GB`, in powers of a thousand. */
export function bytes(size: number): string {
  const [value, prefix] = scaled(size)
  return `${number(value, 3)}\u00a0${prefix}B`
}
