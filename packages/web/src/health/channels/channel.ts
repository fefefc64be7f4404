import type { FindingKind, Severity } from "../finding.js"
import type { Finding, ResolvedFinding } from "../ledger.js"
import type { Given } from "../setting-values.js"
import type { ChannelSecret } from "./channel-secret.js"

/** What there is to tell. */
export interface Notice {
  readonly type: "findings" | "test"
  /** The same at each try. */
  readonly id: string
  /** ISO 8601. */
  readonly time: string
  /** Address of the page of findings. */
  readonly page: string
  /** Open findings of the whole network. */
  readonly open: Readonly<Record<Severity, number>>
  /** What is new and what has been resolved, of those that the channel is about; bounded, `counts` has how many there are. */
  readonly opened: readonly Finding[]
  readonly resolved: readonly ResolvedFinding[]
  readonly counts: { readonly opened: number; readonly resolved: number }
  /** What holds at the time of asking. */
  standing(): Standing
}

/** Findings that hold, of those that a channel is about: open and acknowledged ones, the worst first. */
export interface Standing {
  readonly findings: readonly Finding[]
  /** Kinds that the channel is about. */
  readonly kinds: readonly FindingKind[]
  /** Why nobody knows at present. */
  readonly trouble?: string
}

/** One way to tell people. It tells once; whoever uses it tries again. */
export interface Channel {
  /**
   * Tell it.
   *
   * @returns what the receiver has answered, in words
   * @throws {Error} whose message says why it was not taken, without secrets; also when the signal aborts
   */
  send(notice: Notice, signal: AbortSignal): Promise<string>
}

/** What channels work with. */
export interface ChannelParts {
  /** The secret itself. @throws {Error} if there is none */
  secretOf(secret: ChannelSecret): Promise<string>
  /** All of a file that a target names. @throws {Error} if there is none */
  fileOf(name: string): Promise<string>
  /** A receiver that has not answered by then has not got it. */
  readonly answerMs: number
}

/** A type of channel; `Target` is where and how it sends. */
export interface ChannelType<Target = unknown> {
  /** Seconds that findings are gathered for, unless the settings say otherwise. */
  readonly digestS: number
  /** Read a target. `mayNameAnyFile`: secrets may be in any file of this machine. @throws {WebError} `settings` */
  parse(given: Given, mayNameAnyFile: boolean): Target
  /** Who gets what is secret in it: a secret that was stored for one is not sent to another. */
  receiverOf(target: Target): string
  /** Seconds after which what stands is told again though nothing has changed; undefined: never. */
  repeatS?(target: Target): number
  make(target: Target, parts: ChannelParts): Channel
}
