import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { freePort, type TestScope } from "@metricq/testkit"
import { Program } from "./program.js"

/** Where `.ci/run devices` makes the virtual environment. */
const venvPython = fileURLToPath(new URL("../../node_modules/.cache/devices-python/bin/python", import.meta.url))
const script = fileURLToPath(new URL("../python/bacnet_device.py", import.meta.url))

/** A Python with bacpypes3: what METRICQ_TEST_BACPYPES names, else that of `.ci/run`; undefined if there is none. */
export function findBacpypes(): string | undefined {
  return [process.env.METRICQ_TEST_BACPYPES, venvPython].find((path) => path !== undefined && existsSync(path))
}

/** What `bacnet_device.py` is told. */
export interface BacpypesSettings {
  readonly instance: number
  readonly objects: number
  readonly segmentation: "segmentedBoth" | "noSegmentation"
}

/**
 * A BACnet/IP device of bacpypes3, a process of its own. It takes what comes from its own port at any 127.x.x.x for its own, so that
 * whoever asks must have another port.
 */
export class BacpypesDevice {
  readonly address: string
  readonly #t: TestScope
  readonly #settings: BacpypesSettings
  #program: Program | undefined

  private constructor(t: TestScope, address: string, settings: BacpypesSettings) {
    this.#t = t
    this.address = address
    this.#settings = settings
  }

  static async start(t: TestScope, settings: BacpypesSettings): Promise<BacpypesDevice> {
    const device = new BacpypesDevice(t, `127.0.0.2:${await freePort()}`, settings)
    await device.listen()
    return device
  }

  /** Also again, after `stop()`. */
  async listen(): Promise<void> {
    const { instance, objects, segmentation } = this.#settings
    const words = [script, this.address, String(instance), String(objects), segmentation]
    this.#program = Program.start(this.#t, findBacpypes() ?? "python3", words, { cwd: "/" })
    await this.#program.line(/^ready/)
  }

  async stop(): Promise<void> {
    await this.#program?.interrupt()
  }
}
