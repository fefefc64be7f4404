import type { RpcHandler } from "./rpc-dispatcher.js"

/** What a class needs for its methods to be RPC handlers; every `Client` is one. */
export interface RpcHost {
  handle(name: string, handler: RpcHandler): unknown
}

/**
 * Decorator (standard ones, not `experimentalDecorators`): the method answers RPCs of these names.
 *
 *     @rpcHandler("source_lamp.blink")
 *     async blink(args: JsonObject) { … return { blinked: 3 } }
 *
 * Handlers of base classes run first; a base class's own handler runs even if a derived class overrides the method.
 */
export function rpcHandler(...names: string[]) {
  return <This extends RpcHost, Handler extends RpcHandler>(
    method: Handler,
    context: ClassMethodDecoratorContext<This, Handler>,
  ): void => {
    context.addInitializer(function () {
      for (const name of names) this.handle(name, method.bind(this))
    })
  }
}
