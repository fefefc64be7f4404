import { createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer, type TlsOptions } from "node:tls"
import { BrokerError } from "../errors.js"

/** Where to listen. */
export interface ListenAddress {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Key and certificate; undefined for plain TCP. */
  readonly tls: TlsOptions | undefined
  /** How long a client may take for the TLS handshake. */
  readonly tlsTimeoutMs: number
}

/** Accepts sockets at one address. */
export class Listener {
  readonly #server: Server
  readonly #address: ListenAddress

  constructor(address: ListenAddress, onSocket: (socket: Socket) => void) {
    this.#address = address
    this.#server =
      address.tls === undefined
        ? createServer(onSocket)
        : createTlsServer({ ...address.tls, handshakeTimeout: address.tlsTimeoutMs }, (socket) => onSocket(socket))
    // A client that fails the TLS handshake is its own problem.
    this.#server.on("tlsClientError", (_error, socket: Socket) => socket.destroy())
  }

  /** Port in use; 0 while not listening. */
  get port(): number {
    const address = this.#server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }

  /** @throws {BrokerError} `port-taken`, or `address` for any other reason why it cannot listen there */
  start(): Promise<void> {
    const { host, port } = this.#address
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port))
      this.#server.once("error", onError)
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", onError)
        resolve()
      })
    })
  }

  /** Accepts nothing more; resolves once all accepted sockets are closed too. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#server.listening) resolve()
      else this.#server.close(() => resolve())
    })
  }
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): BrokerError {
  if (cause.code === "EADDRINUSE") {
    const text = `port ${port} on ${host} is taken by another program; stop it or choose another port`
    return new BrokerError("port-taken", text, { cause })
  }
  return new BrokerError("address", `cannot listen on ${host} port ${port}: ${cause.message}`, { cause })
}
