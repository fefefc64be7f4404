import { type FileHandle, open } from "node:fs/promises"
import * as zlib from "node:zlib"
import { DataError } from "@metricq/client"
import {
  type AsyncBuffer,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from "hyparquet"
import { compressors as ownCompressors } from "hyparquet-compressors"

/** Rows that are decoded at a time: so many values of two columns are in memory. */
const STRETCH_ROWS = 2 ** 18

/** A stretch of rows that is read at a time. */
export interface Stretch {
  readonly begin: number
  readonly end: number
  /** Compressed size, about. */
  readonly bytes: number
}

/** Node's own decompression where it has any; what it lacks, zstd before 22.15 among it, is made up for. */
const compressors: Compressors = {
  ...ownCompressors,
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
}

/** Times as they are in the file, without the loss of a `Date`. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
}

/** A Parquet file, read column by column. Every failure is a `DataError` `parquet` with the path, or comes from the system. */
export class ParquetFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #file: AsyncBuffer
  readonly #metadata: FileMetaData
  /** Top-level columns that are not made of others. */
  readonly columns: readonly SchemaElement[]

  private constructor(path: string, handle: FileHandle, file: AsyncBuffer, metadata: FileMetaData) {
    this.#path = path
    this.#handle = handle
    this.#file = file
    this.#metadata = metadata
    const top = parquetSchema(metadata).children
    this.columns = top.filter(({ children }) => children.length === 0).map(({ element }) => element)
  }

  static async open(path: string, size: number): Promise<ParquetFile> {
    const handle = await open(path, "r")
    try {
      const file = { byteLength: size, slice: (begin: number, end = size) => readBytes(handle, begin, end) }
      const metadata = await withPath(path, () => parquetMetadataAsync(file, { geoparquet: false }))
      return new ParquetFile(path, handle, file, metadata)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** All rows, in stretches that lie in one row group each. */
  get stretches(): Stretch[] {
    const all: Stretch[] = []
    let begin = 0
    for (const group of this.#metadata.row_groups) {
      const rows = Number(group.num_rows)
      const bytes = group.columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_compressed_size ?? 0), 0)
      for (let at = 0; at < rows; at += STRETCH_ROWS) {
        const length = Math.min(STRETCH_ROWS, rows - at)
        all.push({ begin: begin + at, end: begin + at + length, bytes: (bytes * length) / rows })
      }
      begin += rows
    }
    return all
  }

  /** Values of a column in a stretch, one for each row: null where there is none, times as `bigint` in the unit of the column. */
  async read(column: string, { begin, end }: Stretch): Promise<DecodedArray> {
    const options = { file: this.#file, metadata: this.#metadata, columns: [column], compressors, parsers }
    return withPath(this.#path, async () => {
      const scan = await parquetScan(options)
      const values = await scan.readColumn({ column, rowStart: begin, rowEnd: end })
      if (values.length === end - begin) return values
      throw new DataError("parquet", `column ${column} has ${values.length} values in ${end - begin} rows`)
    })
  }
}

async function readBytes(handle: FileHandle, begin: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - begin))
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, begin + at)
    if (bytesRead === 0) throw new DataError("parquet", "it ends within a column")
    at += bytesRead
  }
  return bytes.buffer
}

async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (typeof (cause as NodeJS.ErrnoException).syscall === "string") throw cause
    const text = cause instanceof Error ? cause.message : String(cause)
    throw new DataError("parquet", `${path}: ${text}`, { cause })
  }
}
