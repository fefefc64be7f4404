import type { MessageStore } from "../model/message.js"
import type { User } from "../model/users.js"
import type { Vhost } from "../model/vhost.js"
import type { FrameWriter } from "../wire/frame-writer.js"
import type { Confirms } from "./confirms.js"
import type { Counters } from "./counters.js"

/** What a channel needs of its connection. */
export interface ChannelHost {
  readonly writer: FrameWriter
  readonly vhost: Vhost
  readonly user: User
  readonly store: MessageStore
  readonly counters: Counters
  readonly maxMessageBytes: number
  readonly maxConsumersPerChannel: number
  /** The client wants to hear when a consumer ends because its queue is gone. */
  readonly wantsCancelNotice: boolean
  /** So much is on its way to the client that it gets no more deliveries for now. */
  readonly isCongested: boolean
  /** Something was written: it leaves at the end of this turn. */
  schedule(): void
  /** Flushes these confirms at the end of this turn. */
  confirmLater(confirms: Confirms): void
  /** A message of that many bytes came in. */
  notePublish(bytes: number): void
  /** A channel was closed because of an error of the client. */
  noteChannelError(channel: number, reason: string): void
  /** Bodies that are not complete yet grew by so many bytes, or shrank; throws if there are too many. */
  notePartial(bytes: number): void
}
