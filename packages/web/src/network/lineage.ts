import type { ClientRole } from "./client-role.js"

/** What lineage is made of. */
export interface LineageSource {
  /** Who sends a metric, if that is known. */
  producer(metric: string): string | undefined
  role(token: string): ClientRole
  /** What a client makes a metric of; nothing for what is measured. */
  inputs(token: string, metric: string): Relation
  /** What a client makes of a metric. */
  outputs(token: string, metric: string): Relation
  /** To whom a metric goes. */
  consumers(metric: string): readonly string[]
}

/** Metrics; `isAssumed`: all that come into question, as nobody says which ones they are. */
export interface Relation {
  readonly metrics: readonly string[]
  readonly isAssumed: boolean
}

/** A metric, or a client at one place of the way: one that works on its own results has several nodes. */
export interface LineageNode {
  readonly id: string
  readonly kind: "metric" | "client"
  /** Name of the metric, token of the client. */
  readonly name: string
  /** Steps from the metric in question, against the flow of data below zero. */
  readonly level: number
  readonly role?: ClientRole
  /** Neighbours that are left out, in and out. */
  moreIn?: number
  moreOut?: number
  /** Its inputs, or outputs, are those that come into question. */
  assumed?: true
}

export interface LineageEdge {
  readonly from: string
  readonly to: string
}

export interface Lineage {
  readonly nodes: LineageNode[]
  readonly edges: LineageEdge[]
}

/** Bounds of a lineage. */
export interface LineageBounds {
  /** Generations of metrics, up and down. */
  readonly depth: number
  /** Neighbours of a node on one side. */
  readonly neighbours?: number
  readonly nodes?: number
}

/**
 * What a metric is made of and by whom, and who uses it and makes what of it. Every metric occurs once, so that circles end; where nodes are
 * left out for bounds, their neighbours count them.
 */
export function lineageOf(metric: string, source: LineageSource, bounds: LineageBounds): Lineage {
  return new Builder(source, bounds).build(metric)
}

class Builder {
  readonly #source: LineageSource
  readonly #depth: number
  readonly #neighbours: number
  readonly #most: number
  readonly #nodes = new Map<string, LineageNode>()
  readonly #edges = new Map<string, LineageEdge>()

  constructor(source: LineageSource, { depth, neighbours = 12, nodes = 200 }: LineageBounds) {
    this.#source = source
    this.#depth = depth
    this.#neighbours = neighbours
    this.#most = nodes
  }

  build(metric: string): Lineage {
    const centre = this.#metric(metric, 0)!
    this.#walk(centre, (node) => this.#up(node))
    this.#walk(centre, (node) => this.#down(node))
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] }
  }

  /** Breadth first, so that what is near comes in before what is far. */
  #walk(centre: LineageNode, step: (metric: LineageNode) => LineageNode[]): void {
    let generation = [centre]
    for (let depth = 0; depth < this.#depth && generation.length > 0; depth++) generation = generation.flatMap(step)
  }

  /** The new metrics that one is made of. */
  #up(metric: LineageNode): LineageNode[] {
    const producer = this.#source.producer(metric.name)
    if (producer === undefined) return []
    const client = this.#client(producer, metric.level - 1)
    if (!client) {
      metric.moreIn = 1
      return []
    }
    this.#edge(client, metric)
    const { metrics, isAssumed } = this.#source.inputs(producer, metric.name)
    if (isAssumed && metrics.length > 0) client.assumed = true
    const { added, left } = this.#metrics(metrics, client.level - 1, (input) => this.#edge(input, client))
    if (left > 0) client.moreIn = Math.max(client.moreIn ?? 0, left)
    return added
  }

  /** The new metrics that are made of one. */
  #down(metric: LineageNode): LineageNode[] {
    const consumers = this.#source.consumers(metric.name)
    const added: LineageNode[] = []
    let left = Math.max(0, consumers.length - this.#neighbours)
    for (const token of consumers.slice(0, this.#neighbours)) {
      const client = this.#client(token, metric.level + 1)
      if (!client) {
        left++
        continue
      }
      this.#edge(metric, client)
      added.push(...this.#made(client, metric.name))
    }
    if (left > 0) metric.moreOut = left
    return added
  }

  #made(client: LineageNode, metric: string): LineageNode[] {
    const { metrics, isAssumed } = this.#source.outputs(client.name, metric)
    if (isAssumed && metrics.length > 0) client.assumed = true
    const { added, left } = this.#metrics(metrics, client.level + 1, (output) => this.#edge(client, output))
    if (left > 0) client.moreOut = Math.max(client.moreOut ?? 0, left)
    return added
  }

  #metrics(names: readonly string[], level: number, connect: (node: LineageNode) => void) {
    const added: LineageNode[] = []
    let left = Math.max(0, names.length - this.#neighbours)
    for (const name of names.slice(0, this.#neighbours)) {
      const isNew = !this.#nodes.has(metricId(name))
      const node = this.#metric(name, level)
      if (!node) {
        left++
        continue
      }
      connect(node)
      if (isNew) added.push(node)
    }
    return { added, left }
  }

  #metric(name: string, level: number): LineageNode | undefined {
    return this.#node({ id: metricId(name), kind: "metric", name, level })
  }

  #client(token: string, level: number): LineageNode | undefined {
    return this.#node({ id: `c:${token}@${level}`, kind: "client", name: token, level, role: this.#source.role(token) })
  }

  /** The node of this id, or this one if there is room for it. */
  #node(node: LineageNode): LineageNode | undefined {
    const known = this.#nodes.get(node.id)
    if (known) return known
    if (this.#nodes.size >= this.#most) return undefined
    this.#nodes.set(node.id, node)
    return node
  }

  #edge({ id: from }: LineageNode, { id: to }: LineageNode): void {
    this.#edges.set(`${from}\0${to}`, { from, to })
  }
}

function metricId(name: string): string {
  return `m:${name}`
}
