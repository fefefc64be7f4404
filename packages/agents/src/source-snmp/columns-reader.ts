import { DataError, Timestamp } from "@metricq/client"
import snmp, { type Varbind } from "net-snmp"
import { compareOids, indexBelow } from "./oid.js"
import type { SnmpSession } from "./session.js"
import { SnmpStatusError } from "./snmp-error.js"

/** A table may have so many rows. */
const MAX_ROWS = 10_000

/** A cell of a table, and when it came. */
export interface Cell {
  readonly varbind: Varbind
  readonly time: Timestamp
}

/** Cells by column, of the rows by index; in the order in which the host tells them. */
export type Rows = ReadonlyMap<string, ReadonlyMap<string, Cell>>

interface Cursor {
  readonly column: string
  at: string
}

/**
 * Reads all rows of columns. As many columns and rows go into an answer as `maxOids` allows, and fewer if the host says that it
 * would be too big.
 *
 * @throws {DataError} `snmp-order` if what the host tells does not get further; `too-many-rows`; as the session
 */
export async function readColumns(
  session: SnmpSession,
  columns: readonly string[],
  maxOids: number,
  signal: AbortSignal,
): Promise<Rows> {
  const rows = new Map<string, Map<string, Cell>>()
  for (let i = 0; i < columns.length; i += maxOids) {
    const group = columns.slice(i, i + maxOids)
    await new Walk(session, group, maxOids, rows).run(signal)
  }
  return rows
}

class Walk {
  readonly #session: SnmpSession
  readonly #rows: Map<string, Map<string, Cell>>
  #cursors: Cursor[]
  #maxOids: number

  constructor(session: SnmpSession, columns: readonly string[], maxOids: number, rows: Map<string, Map<string, Cell>>) {
    this.#session = session
    this.#rows = rows
    this.#cursors = columns.map((column) => ({ column, at: column }))
    this.#maxOids = maxOids
  }

  async run(signal: AbortSignal): Promise<void> {
    while (this.#cursors.length > 0) {
      const asked = this.#cursors.slice(0, this.#maxOids)
      const answer = await this.#ask(asked, signal)
      if (answer !== undefined) this.#take(asked, answer, Timestamp.now())
    }
  }

  /** `undefined` if it must be asked differently. */
  async #ask(asked: readonly Cursor[], signal: AbortSignal): Promise<Varbind[][] | undefined> {
    const oids = asked.map(({ at }) => at)
    try {
      if (!this.#session.hasBulk) return (await this.#session.getNext(oids, signal)).map((varbind) => [varbind])
      return await this.#session.getBulk(oids, Math.max(1, Math.floor(this.#maxOids / oids.length)), signal)
    } catch (error) {
      if (!(error instanceof SnmpStatusError)) throw error
      if (error.isTooBig && this.#maxOids > 1) {
        this.#maxOids = Math.ceil(this.#maxOids / 2)
        return undefined
      }
      // In version 1 this is how the last object of all is told.
      if (error.status !== snmp.ErrorStatus.NoSuchName) throw error
      const ended = asked.length === 1 ? asked : asked.filter(({ at }) => at === error.oid)
      if (ended.length === 0) throw error
      this.#cursors = this.#cursors.filter((cursor) => !ended.includes(cursor))
      return undefined
    }
  }

  #take(asked: readonly Cursor[], answer: readonly Varbind[][], time: Timestamp): void {
    let hasMoved = false
    asked.forEach((cursor, i) => {
      const isAtEnd = this.#takeColumn(cursor, answer[i] ?? [], time)
      hasMoved ||= isAtEnd || (answer[i]?.length ?? 0) > 0
      if (isAtEnd) this.#cursors = this.#cursors.filter((other) => other !== cursor)
    })
    if (!hasMoved) throw new DataError("snmp-order", `${this.#session.peer} answers with nothing`)
  }

  /** Whether the column is at its end. */
  #takeColumn(cursor: Cursor, varbinds: readonly Varbind[], time: Timestamp): boolean {
    for (const varbind of varbinds) {
      const index = indexBelow(cursor.column, varbind.oid)
      if (index === undefined || snmp.isVarbindError(varbind)) return true
      if (compareOids(varbind.oid, cursor.at) <= 0)
        throw new DataError("snmp-order", `${this.#session.peer} tells ${varbind.oid} after ${cursor.at}`)
      cursor.at = varbind.oid
      this.#add(index, cursor.column, { varbind, time })
    }
    return false
  }

  #add(index: string, column: string, cell: Cell): void {
    const row = this.#rows.get(index)
    if (row !== undefined) row.set(column, cell)
    else if (this.#rows.size < MAX_ROWS) this.#rows.set(index, new Map([[column, cell]]))
    else
      throw new DataError("too-many-rows", `${this.#session.peer}: the table ${column} has more than ${MAX_ROWS} rows`)
  }
}
