import { MemoryGauge } from "../model/memory-gauge.js"
import { type Message, MessageStore } from "../model/message.js"

/** Makes messages with a text as body, and counts the bytes that they hold. */
export class TestMessages {
  readonly gauge: MemoryGauge
  readonly store: MessageStore

  constructor(limitBytes = Number.MAX_SAFE_INTEGER) {
    this.gauge = new MemoryGauge(limitBytes)
    this.store = new MessageStore(this.gauge)
  }

  /** A message that the caller holds once. */
  make(text: string, ttlMs?: number): Message {
    const empty = rangeOf(Buffer.alloc(2))
    return this.store.put(rangeOf(Buffer.from([0, 1, 0x6b])), empty, rangeOf(Buffer.from(text)), ttlMs)
  }
}

/** The body of a message as text. */
export function bodyOf(message: Message): string {
  return message.buffer.toString("utf8", message.bodyStart, message.end)
}

function rangeOf(buffer: Buffer): { buffer: Buffer; start: number; end: number } {
  return { buffer, start: 0, end: buffer.length }
}
