import { checkMetricName, type JsonObject, type MetadataAction } from "@metricq/client"
import { isObject, object, optionalText, textList } from "../arguments.js"
import type { LayeredMetadata } from "../metrics/layers.js"
import type { MetadataOrigin } from "../metrics/metadata-change.js"
import { RequestError } from "../request-error.js"
import type { FunctionGroup, Services } from "../services.js"

/** What the manager and databases note themselves: changed where it stands, never overlaid. */
const OWN: ReadonlySet<string> = new Set(["historic", "source", "date"])
/** Longest name of whoever something is done for. */
const MAX_BY = 255

/** Changing metadata, for administrators: the overlay, deletion and its undoing. */
export function metadataLayerFunctions(services: Services): FunctionGroup {
  const group = {
    "metadata.set": set,
    "metadata.delete": remove,
    "metadata.restore": restore,
    "metadata.rename": rename,
  }
  return Object.fromEntries(
    Object.entries(group).map(([name, call]) => [
      name,
      async (args, context) => call(services, args, services.administrators.check(context)),
    ]),
  ) satisfies FunctionGroup
}

/** Lay values over what is declared; null takes them away. Metrics that are not there are made, unless nothing is set. */
async function set({ documents }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const changes = changesOf(object(args, "metadata"))
  const changed = await documents.changeMetadata(
    [...changes.keys()],
    originOf("set", args, author),
    (name, current) => {
      const change = changes.get(name)!
      if (!current && isRemoval(change)) return undefined
      const own = Object.entries(change).filter(([key]) => OWN.has(key))
      const others = Object.entries(change).filter(([key]) => !OWN.has(key))
      const { declared, overlay } = current ?? { declared: {}, overlay: {} }
      return { declared: merged(declared, own), overlay: merged(overlay, others) }
    },
  )
  return { changed }
}

function changesOf(metadata: JsonObject): Map<string, JsonObject> {
  const changes = new Map<string, JsonObject>()
  for (const [name, change] of Object.entries(metadata)) {
    checkMetricName(name)
    if (!isObject(change)) throw new RequestError(`the metadata of "${name}" must be an object`)
    const reserved = Object.keys(change).find((key) => key.startsWith("_"))
    if (reserved !== undefined) throw new RequestError(`the metadata of "${name}" cannot have the key "${reserved}"`)
    changes.set(name, change)
  }
  return changes
}

function isRemoval(change: JsonObject): boolean {
  const values = Object.values(change)
  return values.length > 0 && values.every((value) => value === null)
}

function merged(before: JsonObject, changes: readonly [string, JsonObject[string]][]): JsonObject {
  if (changes.length === 0) return before
  const after = new Map(Object.entries(before))
  for (const [key, value] of changes) {
    if (value === null) after.delete(key)
    else after.set(key, value)
  }
  return Object.fromEntries(after)
}

/** Without `keys` whole metrics; with them, these keys of all layers. */
async function remove({ documents }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const names = textList(args, "metrics")
  if (args.keys === undefined || args.keys === null) {
    const gone = await documents.changeMetadata(names, originOf("delete", args, author), (_, current) =>
      current ? null : undefined,
    )
    return { deleted: gone.length }
  }
  const keys = new Set(textList(args, "keys"))
  const without = (layer: JsonObject) => Object.fromEntries(Object.entries(layer).filter(([key]) => !keys.has(key)))
  const changed = await documents.changeMetadata(
    names,
    originOf("set", args, author),
    (_, current) => current && { declared: without(current.declared), overlay: without(current.overlay) },
  )
  return { deleted: changed.length }
}

/**
 * What is known of metrics stands under other names. The new ones are written first: what breaks off in between leaves both, and the same
 * request goes on.
 */
async function rename({ documents }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const targets = renamesOf(object(args, "metrics"))
  const origin = originOf("rename", args, author)
  const names = [...targets.keys()]
  const found = await documents.metadataLayers(names)
  const moved = new Map<string, LayeredMetadata>()
  for (const [at, name] of names.entries()) if (found[at]) moved.set(targets.get(name)!, found[at])
  await documents.changeMetadata([...moved.keys()], origin, (name, current) => {
    const { declared, overlay } = moved.get(name)!
    if (!current) return { declared, overlay }
    const isDeclared = typeof current.declared.source === "string"
    return {
      declared: isDeclared ? current.declared : { ...declared, ...current.declared },
      overlay: { ...overlay, ...current.overlay },
    }
  })
  const gone = names.filter((_, at) => found[at])
  return { renamed: await documents.changeMetadata(gone, origin, (_, current) => (current ? null : undefined)) }
}

function renamesOf(metrics: JsonObject): Map<string, string> {
  const targets = new Map<string, string>()
  for (const [from, to] of Object.entries(metrics)) {
    if (typeof to !== "string") throw new RequestError(`the new name of "${from}" must be text`)
    checkMetricName(to)
    targets.set(from, to)
  }
  const unique = new Set(targets.values())
  const twice = [...unique].find((name) => targets.has(name))
  if (twice !== undefined || unique.size < targets.size) {
    const which = twice === undefined ? "two metrics would have one name" : `"${twice}" is an old name and a new one`
    throw new RequestError(`${which}: rename them one after the other`)
  }
  return targets
}

/** What was deleted comes back; what was declared or set since stays on top. */
async function restore({ documents }: Services, args: JsonObject, author: string): Promise<JsonObject> {
  const names = textList(args, "metrics")
  const restored = await documents.changeMetadata(names, originOf("restore", args, author), (_, current, deleted) => {
    const before = deleted()
    return before && overlaid(before, current)
  })
  return { restored }
}

function overlaid(before: LayeredMetadata, current: LayeredMetadata | undefined): LayeredMetadata {
  return {
    declared: { ...before.declared, ...current?.declared },
    overlay: { ...before.overlay, ...current?.overlay },
  }
}

function originOf(action: MetadataAction, args: JsonObject, author: string): MetadataOrigin {
  const by = optionalText(args, "by")
  if (by !== undefined && by.length > MAX_BY) throw new RequestError(`"by" is longer than ${MAX_BY} characters`)
  return { action, author, ...(by !== undefined && { by }) }
}
