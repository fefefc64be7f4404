import { type Field, fieldTypeNames, type Table } from "../wire/table.js"
import type { Binding, Destination, Route } from "./binding.js"
import { sameField } from "./equivalence.js"
import { preconditionFailed } from "./names.js"
import { TopicTrie } from "./topic-trie.js"

/** How an exchange finds the destinations of a message among its bindings. */
export interface Router {
  add(binding: Binding): void
  remove(binding: Binding): void
  /** @param headers reads the headers of the message; called only by exchanges that route by them */
  route(routingKey: string, headers: () => Table | undefined, into: Route): void
}

/** The types of exchanges that can be declared. */
export type ExchangeType = "direct" | "fanout" | "topic" | "headers"

/** Whether a text names a type of exchange. */
export function isExchangeType(type: string): type is ExchangeType {
  return type === "direct" || type === "fanout" || type === "topic" || type === "headers"
}

/** A router without bindings for a type of exchange. */
export function routerFor(type: ExchangeType): Router {
  switch (type) {
    case "direct":
      return new DirectRouter()
    case "fanout":
      return new FanoutRouter()
    case "topic":
      return new TopicRouter()
    case "headers":
      return new HeadersRouter()
  }
}

/** Routing key equal to the binding's. */
class DirectRouter implements Router {
  readonly #byKey = new Map<string, Destination[]>()

  add({ routingKey, destination }: Binding): void {
    const known = this.#byKey.get(routingKey)
    if (known === undefined) this.#byKey.set(routingKey, [destination])
    else known.push(destination)
  }

  remove({ routingKey, destination }: Binding): void {
    const known = this.#byKey.get(routingKey)
    if (known === undefined) return
    removeOne(known, destination)
    if (known.length === 0) this.#byKey.delete(routingKey)
  }

  route(routingKey: string, _headers: () => Table | undefined, into: Route): void {
    const destinations = this.#byKey.get(routingKey)
    if (destinations !== undefined) into.addAll(destinations)
  }
}

/** Every binding matches. */
class FanoutRouter implements Router {
  readonly #destinations: Destination[] = []

  add({ destination }: Binding): void {
    this.#destinations.push(destination)
  }

  remove({ destination }: Binding): void {
    removeOne(this.#destinations, destination)
  }

  route(_routingKey: string, _headers: () => Table | undefined, into: Route): void {
    into.addAll(this.#destinations)
  }
}

/** Patterns of dotted words. Those without wildcards, usually nearly all, are one look-up in a map. */
class TopicRouter implements Router {
  readonly #exact = new DirectRouter()
  readonly #patterns = new TopicTrie()

  add(binding: Binding): void {
    if (hasWildcard(binding.routingKey)) this.#patterns.add(binding.routingKey, binding.destination)
    else this.#exact.add(binding)
  }

  remove(binding: Binding): void {
    if (hasWildcard(binding.routingKey)) this.#patterns.remove(binding.routingKey, binding.destination)
    else this.#exact.remove(binding)
  }

  route(routingKey: string, headers: () => Table | undefined, into: Route): void {
    this.#exact.route(routingKey, headers, into)
    if (this.#patterns.size > 0) this.#patterns.match(routingKey, into)
  }
}

function hasWildcard(pattern: string): boolean {
  return /(^|\.)[*#](\.|$)/.test(pattern)
}

/** Headers equal to the binding's arguments: all of them or any, as `x-match` says. */
class HeadersRouter implements Router {
  readonly #bindings = new Set<Binding>()

  add(binding: Binding): void {
    checkMatchMode(binding.arguments.get("x-match"))
    this.#bindings.add(binding)
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding)
  }

  route(_routingKey: string, headers: () => Table | undefined, into: Route): void {
    if (this.#bindings.size === 0) return
    const table = headers() ?? new Map<string, Field>()
    for (const binding of this.#bindings) {
      if (headersMatch(binding.arguments, table)) into.add(binding.destination)
    }
  }
}

const matchModes = new Set(["all", "any", "all-with-x", "any-with-x"])

function checkMatchMode(mode: Field | undefined): void {
  if (mode === undefined) return
  if (mode.type !== "S") {
    const type = fieldTypeNames[mode.type]
    throw preconditionFailed(`Invalid x-match field type ${type} (value ${mode.value}); expected longstr`)
  }
  if (matchModes.has(mode.value as string)) return
  throw preconditionFailed(
    `Invalid x-match field value <<"${mode.value}">>; expected all, any, all-with-x, or any-with-x`,
  )
}

/** An argument without value (void) asks only that the header is there. Names with `x-` count only in the modes that say so. */
function headersMatch(wanted: Table, headers: Table): boolean {
  const mode = String(wanted.get("x-match")?.value ?? "all")
  const any = mode.startsWith("any")
  const withX = mode.endsWith("-with-x")
  for (const [name, field] of wanted) {
    if (name === "x-match" || (!withX && name.startsWith("x-"))) continue
    const header = headers.get(name)
    const matches = header !== undefined && (field.type === "V" || sameField(field, header))
    if (matches === any) return any
  }
  return !any
}

function removeOne(list: Destination[], destination: Destination): void {
  const at = list.indexOf(destination)
  if (at >= 0) list.splice(at, 1)
}
