import { type Metadata, RPCError, silentLogger } from "@metricq/client"
import type { LevelParameters } from "@metricq/timeline"
import { expect, onTestFinished, test } from "vitest"
import { StoragePlan } from "../configuration/storage-plan.js"
import { levelsFor } from "./level-choice.js"
import { Registrar } from "./registrar.js"
import { StoredMetric } from "./stored-metric.js"

const S = 1_000_000_000n
const plan = new StoragePlan("db", { patterns: ["**"] })
const metric = (name: string) => new StoredMetric(name, plan.rule(name)!)

/** A network with some metadata; `failures` are what its next answers to `subscribe` are. */
function network(known: Record<string, Metadata>) {
  const controller = new AbortController()
  const declared = new Map<string, LevelParameters>()
  const subscribed: string[][] = []
  const failures: Error[] = []
  const waiting: { names: number; resolve: () => void }[] = []
  const registrar = new Registrar({
    logger: silentLogger,
    stopping: controller.signal,
    metadata: async (names) => Object.fromEntries(names.flatMap((name) => (known[name] ? [[name, known[name]]] : []))),
    declare: async (name, levels) => void declared.set(name, levels),
    subscribe: async (names) => {
      const failure = failures.shift()
      if (failure) throw failure
      if (names.includes("lab.refused")) throw new RPCError("lab.refused is no name")
      subscribed.push(names)
      for (const each of waiting) if (subscribed.flat().length >= each.names) each.resolve()
    },
  })
  onTestFinished(() => controller.abort())
  const untilSubscribed = (names: number) => new Promise<void>((resolve) => waiting.push({ names, resolve }))
  return { registrar, declared, subscribed, failures, untilSubscribed, stop: () => controller.abort() }
}

test("metrics that turn up together are registered together, with levels by their metadata", async () => {
  const { registrar, declared, subscribed, untilSubscribed } = network({
    "lab.a": { rate: 10 },
    "lab.b": { interval: "1min" },
  })
  const all = ["lab.a", "lab.b", "lab.c"].map(metric)
  for (const each of all) registrar.add(each)
  await untilSubscribed(3)
  expect(subscribed).toEqual([["lab.a", "lab.b", "lab.c"]])
  expect(Object.fromEntries(declared)).toEqual({ "lab.a": levelsFor(S / 10n), "lab.b": levelsFor(60n * S) })
  await registrar.stopped()
  expect(all.every(({ isSubscribed }) => isSubscribed)).toBe(true)
  registrar.add(all[2]!)
  await registrar.stopped()
  expect(subscribed).toHaveLength(1)
})

test("one that is refused does not keep the others from being registered", async () => {
  const { registrar, subscribed, untilSubscribed } = network({})
  for (const name of ["lab.a", "lab.b", "lab.refused", "lab.c"]) registrar.add(metric(name))
  await untilSubscribed(3)
  await registrar.stopped()
  expect(subscribed.flat().sort()).toEqual(["lab.a", "lab.b", "lab.c"])
  expect(registrar.waiting).toBe(0)
})

test("what fails is tried again", async () => {
  const { registrar, failures, untilSubscribed } = network({})
  failures.push(new Error("no connection"))
  registrar.add(metric("lab.a"))
  await untilSubscribed(1)
  await registrar.stopped()
  expect(registrar.waiting).toBe(0)
})

test("a stop ends a pause", async () => {
  const { registrar, failures, stop } = network({})
  failures.push(...Array.from({ length: 100 }, () => new Error("no connection")))
  registrar.add(metric("lab.a"))
  stop()
  await registrar.stopped()
  expect(failures).toHaveLength(100)
})
