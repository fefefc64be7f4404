import { Turns } from "./turns.js"

/** A role that is configured. */
interface Configured<Config> {
  config: Config
  onConfig(config: Config): void | Promise<void>
}

/** Hands configurations to a role, one after the other. One that it refuses leaves the one before in force. */
export class ConfigurationTurns<Config> {
  readonly #turns = new Turns()
  #revision: string | undefined

  /** What `discover` says of the configuration in force: its revision, if it has one. */
  get about(): { configRevision?: string } {
    return this.#revision === undefined ? {} : { configRevision: this.#revision }
  }

  /** Settles as `onConfig` does, which finds the new configuration in `role.config`, too. */
  take(role: Configured<Config>, config: Config): Promise<void> {
    // Read before the role may change it.
    const { _rev: revision } = config as { readonly _rev?: unknown }
    return this.#turns.take(async () => {
      const inForce = role.config
      role.config = config
      try {
        await role.onConfig(config)
        this.#revision = typeof revision === "string" ? revision : undefined
      } catch (error) {
        role.config = inForce
        throw error
      }
    })
  }
}
