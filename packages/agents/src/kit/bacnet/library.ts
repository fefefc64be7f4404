import { createRequire } from "node:module"
import type library from "@bacnet-js/client"

// The package is CommonJS with a default export of its own, which loaders take in different ways.
const { default: Client }: typeof library = createRequire(import.meta.url)("@bacnet-js/client")

/** What encodes, decodes and answers BACnet messages. */
export const BacnetClient = Client

export type BacnetClient = InstanceType<typeof Client>
