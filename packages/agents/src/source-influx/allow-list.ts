import { BlockList, isIP } from "node:net"

/** Whether a text is an address, or a network such as `10.1.0.0/16`. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/")
  const family = isIP(address)
  const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  return family !== 0 && isBits && more.length === 0
}

/** Who may send. */
export class AllowList {
  readonly #list: BlockList | undefined

  /** Texts that {@link isNetwork}; `undefined`: everyone may. */
  constructor(networks: readonly string[] | undefined) {
    if (networks === undefined) return
    this.#list = new BlockList()
    for (const network of networks) {
      const [address = "", bits] = network.split("/")
      const family = isIP(address) === 4 ? "ipv4" : "ipv6"
      if (bits === undefined) this.#list.addAddress(address, family)
      else this.#list.addSubnet(address, Number(bits), family)
    }
  }

  /** `address`: as a socket tells it. */
  has(address: string | undefined): boolean {
    if (this.#list === undefined) return true
    if (address === undefined) return false
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "")
    return this.#list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4")
  }
}
