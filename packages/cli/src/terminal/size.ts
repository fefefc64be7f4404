/** Columns and lines of a terminal. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** The size of a terminal; of anything else what `COLUMNS` and `LINES` say, else 80 by 24. */
export function terminalSize(
  stream: { readonly columns?: number; readonly rows?: number },
  env: NodeJS.ProcessEnv = process.env,
): TerminalSize {
  return { columns: stream.columns || Number(env.COLUMNS) || 80, rows: stream.rows || Number(env.LINES) || 24 }
}
