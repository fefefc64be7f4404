import { ConfigError } from "@metricq/client"

/**
 * The numbers that a text such as `1-10` or `1,5,20-30` stands for, ascending and each once.
 *
 * @throws {ConfigError} for other texts, and for numbers above `max`
 */
export function numbersIn(option: string, text: string, max: number): number[] {
  const numbers = new Set<number>()
  for (const part of text.split(",")) {
    const [, low = "", high = low] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? []
    if (low === "" || Number(high) < Number(low) || Number(high) > max) {
      const expected = `expected numbers up to ${max}, such as 1-10 or 1,5,20-30`
      throw new ConfigError("the discovery of source-modbus", [`${option}: ${expected}, got ${JSON.stringify(text)}`])
    }
    for (let number = Number(low); number <= Number(high); number += 1) numbers.add(number)
  }
  return [...numbers].sort((a, b) => a - b)
}
