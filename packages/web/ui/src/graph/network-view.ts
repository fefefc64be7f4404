import { groupBy } from "../lib/group-by.js"
import { type FlowSize, sumOfFlows } from "./flow-rate.js"
import type { ClientRole, NetworkAnswer, NetworkClient, NetworkFlow, NetworkGroup } from "./network-data.js"
import { type Stack, stackClients, stem } from "./stacks.js"

/** What is drawn: a client, several clients as one, or metrics of one of these. */
export interface ViewNode extends FlowSize {
  readonly id: string
  readonly kind: "client" | "stack" | "metrics"
  /** Token, common part of tokens, or common beginning of names. */
  readonly label: string
  readonly role: ClientRole
  /** The clients it stands for; of metrics, whose they are. */
  readonly clients: readonly NetworkClient[]
  /** It can be taken apart. */
  readonly opens: boolean
}

export interface NetworkView {
  readonly nodes: readonly ViewNode[]
  /** From clients to their metrics, and from metrics to clients. */
  readonly edges: readonly NetworkFlow[]
  /** Clients that send nothing and get nothing. */
  readonly apart: readonly NetworkClient[]
}

/** Groups of metrics drawn one by one. */
const MOST_GROUPS = 24
/** Groups of one client that was opened. */
const MOST_OF_ONE = 40

const ROLES: readonly ClientRole[] = ["source", "transformer", "database", "sink", "web", "history", "manager", "other"]
const ALWAYS: ReadonlySet<ClientRole> = new Set(["source", "transformer", "database"])

/** The graph to be drawn; `open` has the ids of nodes that are to be taken apart. */
export function networkView(answer: NetworkAnswer, open: ReadonlySet<string>): NetworkView {
  const busy = new Set([...answer.groups.map(({ source }) => source), ...answer.flows.map(({ to }) => to)])
  const takesPart = ({ id, role }: NetworkClient) => busy.has(id) || ALWAYS.has(role)
  const clients = answer.nodes.filter(takesPart)
  const stacks = new Map(
    ROLES.flatMap((role) => [
      ...stackClients(
        clients.filter((client) => client.role === role),
        open,
      ),
    ]),
  )
  const owner = (token: string) => stacks.get(token)?.id ?? token
  const byToken = new Map(clients.map((client) => [client.id, client]))
  const seen = withoutOwnFigures(answer, byToken)
  const metrics = metricNodes(seen.groups, owner, open)
  const nodes = [
    ...clientNodes(
      clients,
      stacks,
      groupBy(answer.groups, ({ source }) => source),
    ),
    ...metrics.nodes(byToken),
  ]
  const known = new Set(nodes.map(({ id }) => id))
  const flows = seen.flows.map((flow) => ({ ...flow, from: metrics.idOf.get(flow.from) ?? "", to: owner(flow.to) }))
  const edges = merged([...metrics.edges, ...flows]).filter(({ from, to }) => known.has(from) && known.has(to))
  return { nodes, edges, apart: answer.nodes.filter((client) => !takesPart(client)) }
}

/** What databases measure of themselves and store themselves says nothing of who sends what to whom. */
function withoutOwnFigures({ groups, flows }: NetworkAnswer, clients: ReadonlyMap<string, NetworkClient>) {
  const own = new Map(
    groups.filter(({ source }) => clients.get(source)?.role === "database").map((group) => [group.id, group]),
  )
  const others = flows.filter(({ from, to }) => own.get(from)?.source !== to)
  const used = new Set(others.map(({ from }) => from))
  return { groups: groups.filter(({ id }) => !own.has(id) || used.has(id)), flows: others }
}

/** What leads to a node and what it leads to, in any number of steps. */
export function around(view: NetworkView, id: string): NetworkView {
  const near = new Set([...reach(view.edges, id, "from", "to"), ...reach(view.edges, id, "to", "from")])
  return {
    ...view,
    nodes: view.nodes.filter((node) => near.has(node.id)),
    edges: view.edges.filter(({ from, to }) => near.has(from) && near.has(to)),
  }
}

function reach(edges: readonly NetworkFlow[], id: string, here: "from" | "to", there: "from" | "to"): Set<string> {
  const next = groupBy(edges, (edge) => edge[here])
  const reached = new Set([id])
  for (const node of reached) for (const edge of next.get(node) ?? []) reached.add(edge[there])
  return reached
}

function clientNodes(
  clients: readonly NetworkClient[],
  stacks: ReadonlyMap<string, Stack>,
  groups: ReadonlyMap<string, readonly NetworkGroup[]>,
): ViewNode[] {
  const nodes = new Map<string, ViewNode>()
  for (const client of clients) {
    const stack = stacks.get(client.id)
    const id = stack?.id ?? client.id
    if (nodes.has(id)) continue
    const members = stack?.members ?? [client]
    const { measured } = sumOfFlows(members.flatMap(({ id: token }) => groups.get(token) ?? []))
    const declared = members.map(({ metrics, rate }) => ({ metrics, rate, unrated: 0 }))
    nodes.set(id, {
      ...{ id, kind: stack ? "stack" : "client", label: stack?.label ?? client.id, role: client.role },
      ...{ clients: members, ...sumOfFlows(declared), ...(measured && { measured }) },
      opens: stack !== undefined && !id.endsWith(":rest"),
    })
  }
  return [...nodes.values()]
}

/** The metrics of each client or stack, in groups if there is room for them. */
function metricNodes(groups: readonly NetworkGroup[], owner: (token: string) => string, open: ReadonlySet<string>) {
  const byOwner = groupBy(groups, ({ source }) => owner(source))
  const separate = [...byOwner].map(([id, own]) => [id, byPrefix(own, id.startsWith("stack:"))] as const)
  const all = separate.reduce((sum, [, own]) => sum + own.size, 0)
  const idOf = new Map<string, string>()
  const made = separate.flatMap(([id, own]) => {
    const folded = `metrics:${id}`
    const isApart = own.size === 1 || all <= MOST_GROUPS || (open.has(folded) && own.size <= MOST_OF_ONE)
    const parts = isApart ? [...own] : [[common([...own.keys()]), [...own.values()].flat()] as const]
    return parts.map(([label, members]) => {
      const node = { id: isApart ? `${folded}:${label}` : folded, label, owner: id, members, opens: !isApart }
      for (const member of members) idOf.set(member.id, node.id)
      return { ...node, ...sumOfFlows(members), opens: node.opens && own.size <= MOST_OF_ONE }
    })
  })
  return {
    idOf,
    edges: made.map(({ id: to, owner: from, ...size }) => ({ from, to, ...sizeOf(size) })),
    nodes: (clients: ReadonlyMap<string, NetworkClient>): ViewNode[] =>
      made.map(({ id, label, members, opens, ...size }) => {
        const tokens = new Set(members.map(({ source }) => source))
        const of = [...tokens].flatMap((token) => clients.get(token) ?? [])
        return { id, kind: "metrics", label, role: of[0]?.role ?? "source", clients: of, opens, ...sizeOf(size) }
      }),
  }
}

function sizeOf({ metrics, rate, unrated, measured }: FlowSize): FlowSize {
  return { metrics, rate, unrated, ...(measured && { measured }) }
}

/** Groups by what their names begin with; in a stack those are one that differ in digits only. */
function byPrefix(groups: readonly NetworkGroup[], isStack: boolean): Map<string, NetworkGroup[]> {
  return groupBy(groups, ({ prefix, metrics }) => {
    const text = metrics === 1 && !isStack ? prefix : prefix === "" ? "*" : `${prefix}.*`
    return isStack ? stem(text) : text
  })
}

/** What several beginnings of names have in common, whole components. */
function common(labels: readonly string[]): string {
  const [first = "", ...others] = labels.map((label) => label.replace(/\.?\*$/, ""))
  const components = first.split(".")
  let shared = components.length
  for (const other of others) {
    const theirs = other.split(".")
    let same = 0
    while (same < shared && theirs[same] === components[same]) same++
    shared = same
  }
  return shared === 0 ? "*" : `${components.slice(0, shared).join(".")}.*`
}

function merged(flows: readonly NetworkFlow[]): NetworkFlow[] {
  const pairs = groupBy(flows, ({ from, to }) => `${from}\0${to}`)
  return [...pairs.values()].map((same) => ({ from: same[0]!.from, to: same[0]!.to, ...sumOfFlows(same) }))
}
