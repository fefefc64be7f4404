/** The four kinds of registers, and the function code that reads each. */
export const functionCodes = { coil: 1, discrete: 2, holding: 3, input: 4 } as const

export type RegisterFunction = keyof typeof functionCodes

/** The kinds, as a configuration names them. */
export const registerFunctions = Object.keys(functionCodes) as [RegisterFunction, ...RegisterFunction[]]

/** Whether registers of this kind are single bits. */
export function isBitFunction(kind: RegisterFunction): boolean {
  return kind === "coil" || kind === "discrete"
}
