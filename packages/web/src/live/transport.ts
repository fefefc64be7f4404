/** How a viewer is reached: a WebSocket, or a stream of events. */
export interface Transport {
  /** Hand over a message; it may be kept in memory until the viewer takes it. Never throws. */
  send(text: string): void
  /** Bytes that were handed over and not yet taken by the system. */
  readonly backlogBytes: number
}
