import { networkInterfaces } from "node:os"
import { setTimeout as delay } from "node:timers/promises"
import { ConfigError, type JsonObject, silentLogger } from "@metricq/client"
import { type LocalAddress, parseDeviceAddress, parseLocalAddress, printAddress } from "../kit/bacnet/address.js"
import type { BacnetPort, PortSettings } from "../kit/bacnet/bacnet-port.js"
import { DeviceSession } from "../kit/bacnet/device-session.js"
import type { Introduction } from "../kit/bacnet/introduction.js"
import { ANY_INSTANCE, DEVICE_TYPE, type ObjectId, typeLabel, typeNumber } from "../kit/bacnet/names.js"
import { ObjectCache } from "../kit/bacnet/object-cache.js"
import { SharedPorts } from "../kit/bacnet/shared-ports.js"
import type { Discovery } from "../kit/discovery.js"
import { duration, milliseconds } from "../kit/fields/duration.js"
import { limitedSignal } from "../kit/limited-signal.js"
import { Slots } from "../kit/polling/slots.js"
import { printInstances } from "./instances.js"
import { ObjectInfos } from "./object-infos.js"

const AT_ONCE = 16
const DEVICE_MS = 60_000
const OWN_INSTANCE = 4_194_302
/** Types of objects whose values are numbers of use. */
const TYPES = "analogInput,analogOutput,analogValue,pulseConverter"

type Options = Readonly<Record<string, string>>

/** Asks all devices of a network who they are, reads their lists of objects, and makes a configuration of them. */
export const bacnetDiscovery: Discovery = {
  summary: "asks all BACnet/IP devices of a network what objects they have",
  options: {
    address: {
      description: 'own address with prefix, "192.0.2.9/24"; default: that of the first network of this machine',
    },
    broadcast: { description: "where the question goes; default: to all of the own network" },
    low: { description: "lowest device instance; default 0" },
    high: { description: `highest device instance; default ${ANY_INSTANCE}` },
    time: { description: 'how long devices are given to answer; default "3s"' },
    types: { description: `types of objects; default ${TYPES}` },
    instance: { description: `own device instance in the configuration; default ${OWN_INSTANCE}` },
    prefix: { description: 'first part of the metrics\' names, such as "hall2."; default none' },
    interval: { description: 'interval of the configuration; default "30s"' },
  },
  async run(options, { signal, progress }) {
    const { address, settings, range, listenMs, types } = readOptions(options)
    const ports = new SharedPorts()
    const port = await ports.acquire(settings)
    try {
      const found = await listen(port, range, listenMs, signal)
      progress(`${found.length} devices have answered at ${address}`)
      const look = (introduction: Introduction) => lookInto(introduction, { ports, settings, types, signal, progress })
      const devices = await eachOf(found, look, signal)
      return configOf({ address, options }, devices)
    } finally {
      await ports.release(port)
    }
  },
}

interface Settings {
  readonly address: string
  readonly settings: PortSettings
  readonly range: { readonly low: number; readonly high: number } | undefined
  readonly listenMs: number
  readonly types: ReadonlySet<number>
}

function readOptions(options: Options): Settings {
  const problems: string[] = []
  const { address = ownAddress(), broadcast, low, high, time = "3s", types = TYPES } = options
  const local = parseLocalAddress(address)
  const target = broadcast === undefined ? undefined : parseDeviceAddress(broadcast)
  if (local === undefined) problems.push(`address: expected an own address such as "192.0.2.9/24", got "${address}"`)
  if (broadcast !== undefined && target === undefined)
    problems.push(`broadcast: expected an address, got "${broadcast}"`)
  if (local !== undefined && local.broadcast === undefined && target === undefined)
    problems.push('address: expected a prefix, as in "192.0.2.9/24", or broadcast=…')
  const [lowest, highest] = [instanceOf("low", low, 0, problems), instanceOf("high", high, ANY_INSTANCE, problems)]
  instanceOf("instance", options.instance, OWN_INSTANCE, problems)
  if (!duration.safeParse(time).success) problems.push(`time: expected a duration such as "3s", got "${time}"`)
  const numbers = types.split(",").map((type) => typeNumber(type.trim()))
  if (numbers.includes(undefined)) problems.push(`types: expected types such as ${TYPES}, got "${types}"`)
  if (local === undefined || problems.length > 0) throw new ConfigError("the discovery of source-bacnet", problems)
  return {
    address,
    settings: { local: withBroadcast(local, target), instance: OWN_INSTANCE, timeoutMs: 3000, attempts: 2 },
    range: low === undefined && high === undefined ? undefined : { low: lowest, high: highest },
    listenMs: milliseconds(time),
    types: new Set(numbers.filter((number) => number !== undefined)),
  }
}

function withBroadcast(local: LocalAddress, target: { host: string; port: number } | undefined): LocalAddress {
  return target === undefined
    ? local
    : { ...local, broadcast: { host: target.host, port: target.port, isHeard: false } }
}

function instanceOf(name: string, text: string | undefined, otherwise: number, problems: string[]): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= ANY_INSTANCE) return number
  problems.push(`${name}: expected a device instance, got "${text}"`)
  return otherwise
}

/** With its prefix; of a network with others in it, if there is one. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((some) => some ?? [])
  const outside = addresses.find(({ family, internal }) => family === "IPv4" && !internal)
  return outside?.cidr ?? "127.0.0.1/8"
}

/** Those who answer within the time, by instance. */
async function listen(
  port: BacnetPort,
  range: Settings["range"],
  listenMs: number,
  signal: AbortSignal,
): Promise<Introduction[]> {
  port.whoIs(undefined, range)
  await delay(listenMs, undefined, { signal }).catch(() => undefined)
  return [...port.introductions].sort((a, b) => (a.instance ?? 0) - (b.instance ?? 0))
}

interface Found {
  readonly address: string
  readonly instance: number | undefined
  readonly objects: readonly ObjectId[]
}

interface Context {
  readonly ports: SharedPorts
  readonly settings: PortSettings
  readonly types: ReadonlySet<number>
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

async function lookInto(
  { address: place, instance = ANY_INSTANCE, vendor }: Introduction,
  { ports, settings, types, signal, progress }: Context,
): Promise<Found> {
  const address = printAddress(place)
  const session = new DeviceSession({ ports, port: settings, address: place, whoIsAttempts: 1 })
  const limit = limitedSignal(signal, DEVICE_MS)
  try {
    const { device } = await session.open(limit)
    const infos = new ObjectInfos(new ObjectCache(undefined, silentLogger), address)
    const self = { type: DEVICE_TYPE, instance }
    await infos.learn(session, [self], vendor, limit)
    const objects = (await device.objects(instance, limit)).filter(({ type }) => types.has(type))
    progress(
      `${address}  device ${instance}  ${infos.known(self)?.objectName ?? "(no name)"}: ${objects.length} objects`,
    )
    return { address, instance, objects }
  } catch (error) {
    progress(`${address}  device ${instance}: ${(error as Error).message}`)
    return { address, instance, objects: [] }
  } finally {
    await session.close()
  }
}

async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>, signal: AbortSignal): Promise<R[]> {
  const slots = new Slots(AT_ONCE)
  const results = await Promise.allSettled(
    items.map(async (item) => {
      const leave = await slots.take(signal)
      return work(item).finally(leave)
    }),
  )
  return results.filter((result) => result.status === "fulfilled").map(({ value }) => value)
}

function configOf({ address, options }: { address: string; options: Options }, devices: readonly Found[]): JsonObject {
  const { prefix = "", interval = "30s", instance } = options
  const entries = devices
    .filter(({ objects }) => objects.length > 0)
    .map(({ address: place, objects }): [string, JsonObject] => [
      place,
      { metricId: `${prefix}$deviceName.$objectName`, objectGroups: groupsOf(objects, interval) },
    ])
  return {
    bacnetReaderAddress: address,
    bacnetReaderObjectIdentifier: instance === undefined ? OWN_INSTANCE : Number(instance),
    nanAtTimeout: true,
    devices: Object.fromEntries(entries),
  }
}

function groupsOf(objects: readonly ObjectId[], interval: string): JsonObject[] {
  const types = [...new Set(objects.map(({ type }) => type))].sort((a, b) => a - b)
  return types.map((type) => {
    const instances = objects.filter((object) => object.type === type).map(({ instance }) => instance)
    return { objectType: typeLabel(type), objectInstance: printInstances(instances), interval }
  })
}
