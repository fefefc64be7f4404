/** Call `work` for each item, at most `limit` at a time, and gather the results in the order of the items. The first error ends it. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  const pending = items.entries()
  const take = async (): Promise<void> => {
    for (const [index, item] of pending) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, take))
  return results
}
