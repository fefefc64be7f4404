import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import type { BACNetReadAccess } from "@bacnet-js/client"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { BacnetClient } from "../kit/bacnet/library.js"
import { LinkTransport } from "../kit/bacnet/link.js"
import { ANY_INSTANCE, DEVICE_TYPE, type ObjectId, parseObject, printObject, property } from "../kit/bacnet/names.js"
import type { AppValue } from "../kit/bacnet/present-value.js"

type Client = BacnetClient
type Properties = Record<number, AppValue[]>

const REAL = 4
const TEXT = 7
const ENUMERATED = 9
const OBJECT_ID = 12
const UNSIGNED = 2
const SERVICE_ERROR = { errorClass: 5, errorCode: 29 }
const UNKNOWN_OBJECT = { errorClass: 1, errorCode: 31 }
const UNKNOWN_PROPERTY = { errorClass: 2, errorCode: 32 }

export const real = (value: number): AppValue[] => [{ type: REAL, value }]
const text = (value: string): AppValue[] => [{ type: TEXT, value }]
const enumerated = (value: number): AppValue[] => [{ type: ENUMERATED, value }]

/** A BACnet device for tests, at an address and port of its own; it can misbehave in every way. */
export class BacnetTestDevice {
  readonly host: string
  readonly instance: number
  readonly objects = new Map<string, Properties>()
  /** Objects of each ReadPropertyMultiple that was answered or refused, and `one` for each ReadProperty. */
  readonly asked: (number | "one")[] = []
  readonly subscribed: string[] = []
  mode: "answers" | "silent" | "garbage" | "tells-no-name" = "answers"
  knowsMultiple = true
  knowsCov = true
  /** With more objects in a request, it aborts as one without segmentation does. */
  mostObjects = Number.POSITIVE_INFINITY
  segmentation = 3
  #port = 0
  #socket: Socket | undefined
  #client: BacnetClient | undefined
  #subscriber: string | undefined
  #sender = { host: "", port: 0 }

  private constructor(host: string, instance: number) {
    this.host = host
    this.instance = instance
  }

  static async start(t: TestScope, { host = "127.0.0.2", instance = 4711 } = {}): Promise<BacnetTestDevice> {
    const device = new BacnetTestDevice(host, instance)
    device.objects.set(printObject({ type: DEVICE_TYPE, instance }), {
      [property.objectName]: text(`AHU ${instance}`),
      [property.description]: text("air handling"),
      [property.vendorIdentifier]: [{ type: UNSIGNED, value: 15 }],
    })
    await device.listen()
    onTestEnd(t, () => device.stop())
    return device
  }

  get address(): string {
    return `${this.host}:${this.#port}`
  }

  add(object: string, name: string, value: AppValue[] = real(1), unit = 62): this {
    this.objects.set(object, {
      [property.objectName]: text(name),
      [property.description]: text(`description of ${name}`),
      [property.units]: enumerated(unit),
      [property.presentValue]: value,
    })
    return this
  }

  set(object: string, value: AppValue[]): void {
    const properties = this.objects.get(object)
    if (properties !== undefined) properties[property.presentValue] = value
  }

  /** Listens; after `stop()`, at the same port again. */
  async listen(): Promise<void> {
    const socket = createSocket("udp4")
    socket.bind(this.#port, this.host)
    await once(socket, "listening")
    this.#port = socket.address().port
    this.#socket = socket
    const transport = new LinkTransport((datagram, receiver) => this.#send(datagram, receiver))
    this.#client = this.#answering(new BacnetClient({ transport }))
    socket.on("message", (datagram, { address, port }) => {
      this.#sender = { host: address, port }
      if (this.mode === "garbage") return this.#send(garbageFor(datagram), `${address}:${port}`)
      if (this.mode !== "silent") transport.emit("message", datagram, `${address}:${port}`)
    })
  }

  async stop(): Promise<void> {
    const socket = this.#socket
    this.#socket = undefined
    this.#client?.close()
    if (socket !== undefined) await new Promise((resolve) => socket.close(() => resolve(undefined)))
  }

  /** Tells the subscriber of a new value. */
  notify(object: string, value: AppValue[]): void {
    this.set(object, value)
    const id = parseObject(object)
    if (id === undefined || this.#subscriber === undefined) return
    this.#client?.unconfirmedCOVNotification({ address: this.#subscriber }, 1, this.instance, id, 60, [
      { property: { id: property.presentValue }, value: value as never },
    ])
  }

  /** Sends any bytes to who asked last. */
  send(datagram: Buffer): void {
    this.#send(datagram, `${this.#sender.host}:${this.#sender.port}`)
  }

  #send(datagram: Buffer, receiver: string | undefined): void {
    const [host = "", port = ""] = receiver?.split(":") ?? []
    this.#socket?.send(datagram, Number(port), host)
  }

  #answering(client: BacnetClient): Client {
    client.on("whoIs", ({ header }) => {
      if (header?.sender !== undefined)
        client.iAmResponse({ address: header.sender.address }, this.instance, this.segmentation, 15)
    })
    client.on("readProperty", ({ payload, header, invokeId = 0 }) => {
      this.asked.push("one")
      const { objectId, property: wanted } = payload as { objectId: ObjectId; property: { id: number; index: number } }
      const value = this.#valueOf(objectId, wanted)
      const sender = { address: header?.sender?.address }
      if ("errorClass" in value) client.errorResponse(sender, 12, invokeId, value.errorClass, value.errorCode)
      else client.readPropertyResponse(sender, invokeId, objectId, wanted, value as never)
    })
    client.on("readPropertyMultiple", ({ payload, header, invokeId = 0 }) => {
      this.asked.push(payload.properties.length)
      const sender = { address: header?.sender?.address }
      const { errorClass, errorCode } = SERVICE_ERROR
      if (!this.knowsMultiple) return client.errorResponse(sender, 14, invokeId, errorClass, errorCode)
      if (payload.properties.length > this.mostObjects) return this.send(abortOf(invokeId))
      const values = payload.properties.map(({ objectId, properties }) => ({
        objectId,
        values: properties.map((wanted) => ({ property: wanted, value: this.#multipleValue(objectId, wanted) })),
      }))
      client.readPropertyMultipleResponse(sender, invokeId, values as unknown as BACNetReadAccess[])
    })
    client.on("subscribeCov", ({ payload, header, invokeId = 0 }) => {
      const sender = { address: header?.sender?.address }
      const { monitoredObjectId, cancellationRequest } = payload as unknown as Subscription
      const { errorClass, errorCode } = SERVICE_ERROR
      if (!this.knowsCov) return client.errorResponse(sender, 5, invokeId, errorClass, errorCode)
      this.#subscriber = sender.address
      this.subscribed.push(`${cancellationRequest ? "-" : "+"}${printObject(monitoredObjectId)}`)
      client.simpleAckResponse(sender, 5, invokeId)
    })
    return client
  }

  #valueOf(object: ObjectId, { id, index }: { id: number; index: number }): AppValue[] | typeof UNKNOWN_OBJECT {
    const isSelf = object.type === DEVICE_TYPE && object.instance === ANY_INSTANCE
    const self = { type: DEVICE_TYPE, instance: this.instance }
    const properties = this.objects.get(printObject(isSelf ? self : object))
    if (properties === undefined) return UNKNOWN_OBJECT
    if (object.type === DEVICE_TYPE && id === property.objectIdentifier) return [{ type: OBJECT_ID, value: self }]
    if (object.type === DEVICE_TYPE && id === property.objectList) return this.#list(index)
    if (this.mode === "tells-no-name" && id === property.objectName) return UNKNOWN_PROPERTY
    return properties[id] ?? UNKNOWN_PROPERTY
  }

  #list(index: number): AppValue[] | typeof UNKNOWN_OBJECT {
    const ids = [...this.objects.keys()].map((key) => ({ type: OBJECT_ID, value: parseObject(key) }))
    if (index === 0) return [{ type: UNSIGNED, value: ids.length }]
    const one = ids[index - 1]
    if (one !== undefined) return [one]
    return ids.length > this.mostObjects ? UNKNOWN_PROPERTY : ids
  }

  #multipleValue(object: ObjectId, wanted: { id: number; index: number }): unknown[] {
    const value = this.#valueOf(object, wanted)
    return "errorClass" in value ? [{ value: { type: "BacnetError", ...value } }] : value
  }
}

interface Subscription {
  readonly monitoredObjectId: ObjectId
  readonly cancellationRequest: boolean
}

/** Segmentation is not supported. */
function abortOf(invokeId: number): Buffer {
  return Buffer.from([0x81, 0x0a, 0x00, 0x09, 0x01, 0x00, 0x71, invokeId, 0x04])
}

/** An answer to the request that begins as it should, and is nonsense then. */
function garbageFor(request: Buffer): Buffer {
  const invokeId = request[8] ?? 0
  return Buffer.from([0x81, 0x0a, 0x00, 0x0f, 0x01, 0x00, 0x30, invokeId, 0x0e, 0x0c, 0xff, 0xff, 0xff, 0xff, 0x1e])
}
