import { readFileSync } from "node:fs"
import { type Logger, MetricqError } from "@metricq/client"
import { nodeDisk, replaceFile } from "@metricq/files"
import { DEVICE_TYPE, type ObjectId, typeLabel } from "./names.js"

/** What is kept of an object; the names are those of the properties, and of the original's file. */
export interface ObjectInfo {
  readonly objectName?: string
  readonly description?: string
  /** Label of the unit. */
  readonly units?: string
  /** The name that devices of vendor 7 have beside the usual one. */
  readonly "3000"?: string
  /** When it was read, as ISO 8601; files of the original do not have it. */
  readonly readAt?: string
}

const MAX_OBJECTS = 200_000
const SEPARATOR = "-*-"
/** What changes together is written together. */
const GATHER_MS = 1000

/**
 * Names, descriptions and units of objects, so that a restart need not ask for them, and finds them while a device is away. With a
 * file, what changes is written a second later, all or nothing.
 *
 * The file is that of the original: JSON, with keys such as `192.0.2.40-*-analogInput-*-3`.
 */
export class ObjectCache {
  readonly #objects = new Map<string, ObjectInfo>()
  readonly #file: string | undefined
  readonly #logger: Logger
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()

  /** Without a file it lasts as long as the process. A file that cannot be read is told in the log, and begun anew. */
  constructor(file: string | undefined, logger: Logger) {
    this.#file = file
    this.#logger = logger
    if (file !== undefined) this.#read(file)
  }

  /** `address` is written as in the configuration. */
  get(address: string, object: ObjectId): ObjectInfo | undefined {
    return this.#objects.get(keyOf(address, object))
  }

  /** The instance of the device at an address, if it is known. */
  deviceAt(address: string): number | undefined {
    const begin = `${address}${SEPARATOR}${typeLabel(DEVICE_TYPE)}${SEPARATOR}`
    for (const key of this.#objects.keys()) if (key.startsWith(begin)) return Number(key.slice(begin.length))
    return undefined
  }

  /** Keeps what was read; beyond 200,000 objects, no new ones. */
  set(address: string, object: ObjectId, info: ObjectInfo): void {
    const key = keyOf(address, object)
    if (this.#objects.size >= MAX_OBJECTS && !this.#objects.has(key)) return
    this.#objects.set(key, info)
    if (this.#file !== undefined) this.#timer ??= setTimeout(() => void this.save(), GATHER_MS).unref()
  }

  /** Writes what has changed, and waits until it is safe; failures are logged. */
  async save(): Promise<void> {
    const file = this.#file
    if (file !== undefined && this.#timer !== undefined) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#writing = this.#writing.then(() => this.#write(file))
    }
    await this.#writing
  }

  async #write(file: string): Promise<void> {
    try {
      await replaceFile(nodeDisk, file, Buffer.from(JSON.stringify(Object.fromEntries(this.#objects))))
    } catch (error) {
      this.#logger.warn(`the names of BACnet objects cannot be kept in ${file}: ${(error as Error).message}`)
    }
  }

  #read(file: string): void {
    try {
      for (const [key, info] of Object.entries(objectsOf(JSON.parse(readFileSync(file, "utf8")))))
        this.#objects.set(key, info)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return
      this.#logger.warn(`the names of BACnet objects in ${file} cannot be used: ${(error as Error).message}`)
    }
  }
}

function keyOf(address: string, { type, instance }: ObjectId): string {
  return [address, typeLabel(type), instance].join(SEPARATOR)
}

function objectsOf(document: unknown): Record<string, ObjectInfo> {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new MetricqError("bacnet-cache", "expected an object")
  const entries = Object.entries(document).filter(([, info]) => typeof info === "object" && info !== null)
  return Object.fromEntries(entries.slice(0, MAX_OBJECTS).map(([key, info]) => [key, infoOf(info)]))
}

/** Only what is known, and only texts. */
function infoOf(info: Record<string, unknown>): ObjectInfo {
  const known = ["objectName", "description", "units", "3000", "readAt"]
  return Object.fromEntries(known.filter((key) => typeof info[key] === "string").map((key) => [key, info[key]]))
}
