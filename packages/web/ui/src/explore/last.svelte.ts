/** The query that Explore was last left with, so that the way back leads to the same view. Reactive. */
export const lastView = $state({ query: "" })
