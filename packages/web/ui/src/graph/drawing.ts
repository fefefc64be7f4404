/** A node as it is drawn. */
export interface GraphNode {
  id: string
  /** `box` for clients, `pile` for several of them, `pill` for metrics. */
  shape: "box" | "pile" | "pill"
  title: string
  /** Below the title; "" for none. */
  detail: string
  /** Colour of its dot; undefined for none. */
  dot?: "good" | "warn" | "bad" | "off" | undefined
  /** What it is, for who does not see the picture. */
  what: string
  /** It can be taken apart, and is not. */
  opens?: boolean
  /** It is what the picture is about. */
  isCentre?: boolean
  isFaint?: boolean
}

export interface GraphEdge {
  from: string
  to: string
  /** In pixels. */
  width: number
  /** Beside the line; "" for none. */
  label: string
  isDashed?: boolean
  /** Something is odd about it, which its text tells. */
  isOdd?: boolean
}
