import { BlockList, isIP } from "node:net"
import { WebError } from "../server/web-error.js"

/** Addresses of machines: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`, and `loopback` for those of this machine. */
export class AddressList {
  readonly #list = new BlockList()

  /** @throws {WebError} `address` for what is none */
  constructor(words: readonly string[]) {
    for (const word of words.flatMap((each) => (each === "loopback" ? ["127.0.0.0/8", "::1"] : [each]))) this.#add(word)
  }

  has(address: string | undefined): boolean {
    const plain = (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "")
    const version = isIP(plain)
    return version !== 0 && this.#list.check(plain, version === 6 ? "ipv6" : "ipv4")
  }

  #add(word: string): void {
    const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(word) ?? []
    const version = isIP(address)
    const most = version === 6 ? 128 : 32
    if (version === 0 || Number(bits ?? most) > most) {
      throw new WebError("address", `${JSON.stringify(word)} is no address, such as 10.0.0.7, 10.0.0.0/8 or loopback`)
    }
    this.#list.addSubnet(address, Number(bits ?? most), version === 6 ? "ipv6" : "ipv4")
  }
}
