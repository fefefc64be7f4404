import { z } from "zod"

const names = z.array(z.string().min(1).max(1024)).max(1000)

const common = {
  select: names
    .optional()
    .describe("globs or /regular expressions/ on the names in what is read; without it all are taken"),
  exclude: names.optional().describe("the same for what is left out of those"),
  strip: z.string().max(255).optional().describe("what is taken off the begin of names that begin with it"),
  prefix: z.string().max(255).optional().describe("what is put before all names then"),
  restart: z.boolean().optional().describe("begin again, also where an earlier import has ended or was interrupted"),
}

const text = {
  ...common,
  form: z
    .enum(["long", "wide"])
    .optional()
    .describe("a point a row, or a column a metric; without it told from the names"),
  metric: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("the name of the one metric, where there are only times and values"),
  time: z.string().min(1).optional().describe("name of the column with the times"),
  unit: z
    .enum(["s", "ms", "us", "ns"])
    .optional()
    .describe("of times that are numbers; without it told from the first one"),
}

const htaSettings = z.strictObject({
  ...common,
  checkLevels: z
    .boolean()
    .optional()
    .describe("compare the level files with rows made of the points, and tell what differs"),
  unordered: z.enum(["keep", "drop"]).optional().describe("points not later than the one before in a damaged file"),
})

const csvSettings = z.strictObject({
  ...text,
  delimiter: z
    .string()
    .length(1)
    .optional()
    .describe("between fields; without it a comma, semicolon or tab, told from the first line"),
  utc: z.boolean().optional().describe("take times without a zone for UTC"),
  skipErrors: z.boolean().optional().describe("count lines that cannot be read instead of ending there"),
})

const parquetSettings = z.strictObject(text)

/** What an import does, as JSON, by the kind of what is read. */
export const importSettings = { hta: htaSettings, csv: csvSettings, parquet: parquetSettings } as const

/** Kinds of what can be read. */
export type ImportKind = keyof typeof importSettings

/** What every import can be told. */
export type ImportSettings = z.infer<z.ZodObject<typeof common>>
export type HtaImportSettings = z.infer<typeof htaSettings>
export type CsvImportSettings = z.infer<typeof csvSettings>
export type ParquetImportSettings = z.infer<typeof parquetSettings>

/** Units of times that are numbers. */
export type TimeUnit = "s" | "ms" | "us" | "ns"
