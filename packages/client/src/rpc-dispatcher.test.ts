import type { JsonObject } from "@metricq/protocol"
import { describe, expect, test } from "vitest"
import { type RpcContext, RpcDispatcher, type RpcHandler } from "./rpc-dispatcher.js"
import { rpcHandler } from "./rpc-handler.js"

const call = (name: string): RpcContext => ({
  function: name,
  fromToken: "someone",
  userId: undefined,
  exchange: "",
  routingKey: "x-rpc",
  redelivered: false,
})

/** As a client is: its dispatcher is there before a subclass's initializers run. */
class Host {
  readonly dispatcher = new RpcDispatcher()
  readonly calls: string[] = []
  handle(name: string, handler: RpcHandler): this {
    this.dispatcher.add(name, handler)
    return this
  }
}

test("the answer of a single handler is the answer, nothing becomes {}", async () => {
  const dispatcher = new RpcDispatcher()
  dispatcher.add("sum", ({ a, b }) => ({ sum: Number(a) + Number(b) }))
  dispatcher.add("quiet", async () => {})
  expect(await dispatcher.dispatch({ a: 1, b: 2 }, call("sum"))).toEqual({ sum: 3 })
  expect(await dispatcher.dispatch({}, call("quiet"))).toEqual({})
})

test("an unknown function gets the text that the original's clients know", async () => {
  await expect(new RpcDispatcher().dispatch({}, call("x"))).rejects.toThrow("'Missing rpc handler for x'")
})

describe("several handlers of one function", () => {
  test("run one after the other, each with arguments of its own", async () => {
    const dispatcher = new RpcDispatcher()
    const seen: unknown[] = []
    dispatcher.add("config", async (args) => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(args.rate)
      args.rate = 0
    })
    dispatcher.add("config", (args) => void seen.push(args.rate))
    await dispatcher.dispatch({ rate: 5 }, call("config"))
    expect(seen).toEqual([5, 5])
  })

  test("must not return values", async () => {
    const dispatcher = new RpcDispatcher()
    dispatcher.add("f", () => {})
    dispatcher.add("f", () => ({ a: 1 }))
    await expect(dispatcher.dispatch({}, call("f"))).rejects.toThrow(/2 handlers/)
  })
})

describe("@rpcHandler", () => {
  class Base extends Host {
    @rpcHandler("config")
    async configure(_args: JsonObject): Promise<void> {
      this.calls.push("base")
    }
  }
  class Derived extends Base {
    readonly name = "derived"

    @rpcHandler("config")
    override async configure(args: JsonObject): Promise<void> {
      this.calls.push(`${this.name} ${String(args.rate)}`)
    }

    @rpcHandler("lamp.on", "lamp.off")
    switch(_args: JsonObject, context: RpcContext): JsonObject {
      return { did: context.function }
    }
  }

  test("runs handlers of base classes first, overridden ones, too", async () => {
    const derived = new Derived()
    await derived.dispatcher.dispatch({ rate: 2 }, call("config"))
    expect(derived.calls).toEqual(["base", "derived 2"])
  })

  test("takes several names, and is bound to its instance", async () => {
    const one = new Derived()
    const other = new Derived()
    expect(await one.dispatcher.dispatch({}, call("lamp.off"))).toEqual({ did: "lamp.off" })
    await one.dispatcher.dispatch({}, call("config"))
    expect(other.calls).toEqual([])
  })
})
