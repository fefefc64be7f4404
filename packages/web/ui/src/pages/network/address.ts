/** What the address of the network page says. */
export interface NetworkAddress {
  /** Words that are looked for. */
  search: string
  /** Node that is selected; "" for none. */
  select: string
  /** Node that everything shown has to do with; "" for everything. */
  around: string
  /** Nodes that are taken apart. */
  open: readonly string[]
  view: NetworkView
}

/** The ways the network is shown. */
export const networkViews = ["graph", "table", "queues"] as const
export type NetworkView = (typeof networkViews)[number]

/** Read a query, without its question mark. */
export function readAddress(query: string): NetworkAddress {
  const values = new URLSearchParams(query)
  return {
    search: values.get("search") ?? "",
    select: values.get("select") ?? "",
    around: values.get("around") ?? "",
    open: values.getAll("open"),
    view: networkViews.find((view) => view === values.get("view")) ?? "graph",
  }
}

/** The path of the page with these; what is as usual is left out. */
export function writeAddress({ search, select, around, open, view }: NetworkAddress): string {
  const values = new URLSearchParams()
  if (search) values.set("search", search)
  if (select) values.set("select", select)
  if (around) values.set("around", around)
  for (const id of open) values.append("open", id)
  if (view !== "graph") values.set("view", view)
  return values.size > 0 ? `network?${values}` : "network"
}
