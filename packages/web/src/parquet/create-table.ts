import type { ParquetColumns, ParquetTable } from "./parquet-table.js"

/** A {@link ParquetTable} whose groups have so many rows; the library that writes it is loaded with the first one. */
export async function createParquetTable(columns: ParquetColumns, groupRows: number): Promise<ParquetTable> {
  const { ParquetTable } = await import("./parquet-table.js")
  return new ParquetTable(columns, groupRows)
}
