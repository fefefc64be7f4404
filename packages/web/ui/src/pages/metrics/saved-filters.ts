/** A view of the list that was given a name; `query` is that of its address. */
export interface SavedFilter {
  name: string
  query: string
}

const MOST = 50
const LONGEST_NAME = 80
const LONGEST_QUERY = 4000

/** The filters that a browser has kept; what is none is left out. */
export function parseSaved(text: string | null): SavedFilter[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]")
    return Array.isArray(list) ? list.filter(isSaved).slice(0, MOST) : []
  } catch {
    return []
  }
}

function isSaved(value: unknown): value is SavedFilter {
  const { name, query } = (value ?? {}) as Partial<SavedFilter>
  return typeof name === "string" && name !== "" && typeof query === "string" && query.length <= LONGEST_QUERY
}

/** With one more, or another of the same name replaced; by name. The one that was saved last stays when there are too many. */
export function withSaved(list: readonly SavedFilter[], name: string, query: string): SavedFilter[] {
  const one = { name: name.trim().slice(0, LONGEST_NAME), query: query.slice(0, LONGEST_QUERY) }
  if (one.name === "") return [...list]
  const others = list.filter((other) => other.name !== one.name).slice(0, MOST - 1)
  return [...others, one].sort((a, b) => a.name.localeCompare(b.name))
}

export function withoutSaved(list: readonly SavedFilter[], name: string): SavedFilter[] {
  return list.filter((one) => one.name !== name)
}
