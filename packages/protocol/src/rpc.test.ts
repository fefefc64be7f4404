import { expect, expectTypeOf, test } from "vitest"
import {
  exchanges,
  isRpcError,
  isRpcRequest,
  type JsonObject,
  type RpcAnswer,
  type RpcArguments,
  type RpcFunctions,
  type RpcName,
  rpcAliases,
} from "./index.js"

test("requests and errors are told from answers as the original's clients do", () => {
  expect([{ function: "discover" }, { function: null }, { function: 7 }, {}].map(isRpcRequest)).toEqual([
    true,
    false,
    false,
    false,
  ])
  expect([{ error: "no" }, { error: 7 }, { error: null }, {}].map(isRpcError)).toEqual([true, true, false, false])
})

test("aliases name functions that exist", () => {
  expect(rpcAliases.subscribe).toBe("sink.subscribe")
  expectTypeOf<(typeof rpcAliases)[keyof typeof rpcAliases]>().toExtend<RpcName>()
})

test("arguments and answers are JSON objects", () => {
  type AllJson = {
    [Name in RpcName]: RpcArguments<Name> extends JsonObject
      ? RpcAnswer<Name> extends JsonObject
        ? never
        : Name
      : Name
  }
  expectTypeOf<AllJson[RpcName]>().toEqualTypeOf<never>()
  expectTypeOf<RpcFunctions["sink.subscribe"]["answer"]["dataQueue"]>().toEqualTypeOf<string>()
  expectTypeOf<{ metrics: string[]; expires: number }>().toExtend<RpcArguments<"sink.subscribe">>()
})

test("exchanges are the original's", () => {
  expect(Object.values(exchanges)).toEqual([
    "metricq.management",
    "metricq.broadcast",
    "metricq.data",
    "metricq.history",
  ])
})
