/** What a `TestBroker` stands on: a broker behind its proxy. */
export interface BrokerBackend {
  /** The vhost that belongs to the test. */
  readonly vhost: string
  /** A user who may do everything in it. */
  readonly user: string
  readonly password: string
  /** Where the broker listens; may change with a start. */
  readonly port: number
  /** Makes a user who may do everything; resolves to the name it got, which may have a suffix. */
  createUser(name: string, password: string): Promise<string>
  /** Makes another vhost; resolves to the name it got, which may have a suffix. */
  createVhost(name: string): Promise<string>
  /** Comes back after `shutDown()` or `crash()`. */
  start(): Promise<void>
  /** Ends as on an operator's command: clients are told so. */
  shutDown(): Promise<void>
  /** Ends as a process that is killed; its clients' connections have been reset before. */
  crash(): Promise<void>
  /** Frees everything for good. */
  close(): Promise<void>
}
