import { TimeoutError } from "@metricq/client"
import { describe, expect, test } from "vitest"
import { BacnetDevice, type Neighbourhood } from "./bacnet-device.js"
import { parseFrame } from "./frame.js"
import { BacnetClient } from "./library.js"
import { type CovNotification, LinkTransport } from "./link.js"
import { property } from "./names.js"
import { numberOf } from "./present-value.js"
import { BacnetRefusal } from "./refusal.js"

/*
 * Messages as Annex F of ASHRAE 135 prints them, each from its application part on. Ours differ from the requests there only in
 * the length of the answer that is accepted, and in the number of the request.
 */
const READ_PROPERTY = "0c 0c00000005 1955"
const READ_PROPERTY_ACK = "30 01 0c 0c00000005 1955 3e 444290999a 3f"
const READ_MULTIPLE = "0e 0c00000010 1e 0955 0967 1f"
const READ_MULTIPLE_ACK = "30 01 0e 0c00000010 1e 2955 4e 444290999a 4f 2967 4e 9100 4f 1f"
const READ_THREE_ACK =
  "30 01 0e 0c00000021 1e 2955 4e 4442293333 4f 1f 0c00000032 1e 2955 5e 9101 911f 5f 1f 0c00000023 1e 2955 4e 4443d9d99a 4f 1f"
const SUBSCRIBE = "05 0912 1c0000000a 2901 3900"
const COV = "10 02 0912 1c02000004 2c0000000a 3900 4e 0955 2e 4442820000 2f 096f 2e 820400 2f 4f"
const WHO_IS = "10 08 0903 1903"
const I_AM = "10 00 c402000003 220400 9103 2163"

const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex")
const packed = (text: string) => {
  const apdu = bytes(text)
  return Buffer.concat([Buffer.from([0x81, 0x0a, 0, apdu.length + 6, 1, 0]), apdu])
}
/** The service and its arguments, of a request as it is sent: after four bytes for BACnet/IP, two for the network, three of the header. */
const service = (datagram: Buffer | undefined) => datagram?.subarray(9).toString("hex")
const never = new AbortController().signal

/** A device on the other end of nothing: `answer` makes its answers. */
function deviceThat(answer: (request: Buffer) => Buffer | undefined, timeoutMs = 300) {
  const sent: Buffer[] = []
  const place: Neighbourhood = {
    settings: { timeoutMs, attempts: 1 },
    whoIs: () => {},
    introductionOf: () => undefined,
    onIntroduction: () => () => {},
    sendTo: (datagram) => {
      sent.push(Buffer.from(datagram))
      const reply = answer(datagram)
      if (reply !== undefined) queueMicrotask(() => receive(reply))
    },
  }
  const device = new BacnetDevice(place, { host: "192.0.2.40", port: 47_808 })
  const receive = (datagram: Buffer) => {
    const frame = parseFrame(datagram)
    if (frame !== undefined) device.link.receive(datagram, frame)
  }
  return { device, sent, receive }
}

describe("examples of the standard", () => {
  test("ReadProperty", async () => {
    const { device, sent } = deviceThat(() => packed(READ_PROPERTY_ACK))
    const result = await device.reader.readOne({ type: 0, instance: 5 }, property.presentValue, never)
    expect(numberOf(result)).toBeCloseTo(72.3, 5)
    expect(service(sent[0])).toBe(bytes(READ_PROPERTY).toString("hex"))
  })

  test("ReadPropertyMultiple of two properties", async () => {
    const { device, sent } = deviceThat(() => packed(READ_MULTIPLE_ACK))
    const [results] = await device.reader.read(
      [{ object: { type: 0, instance: 16 }, properties: [85, 103] }],
      20,
      never,
    )
    expect([85, 103].map((id) => numberOf(results?.get(id)))).toEqual([expect.closeTo(72.3, 5), 0])
    expect(service(sent[0])).toBe(bytes(READ_MULTIPLE).toString("hex"))
  })

  test("ReadPropertyMultiple of three objects, one of which is unknown", async () => {
    const { device } = deviceThat(() => packed(READ_THREE_ACK))
    const requests = [33, 50, 35].map((instance) => ({ object: { type: 0, instance }, properties: [85] }))
    const [a, unknown, c] = await device.reader.read(requests, 20, never)
    expect([numberOf(a?.get(85)), numberOf(c?.get(85))]).toEqual([expect.closeTo(42.3, 5), expect.closeTo(435.7, 4)])
    expect(unknown?.get(85)).toMatchObject({ how: "error", errorClass: 1, reason: 31 })
    expect(() => numberOf(unknown?.get(85))).toThrow("the device answers object: unknown object")
  })

  test("SubscribeCOV and UnconfirmedCOVNotification", async () => {
    const { device, sent, receive } = deviceThat((request) => packed(`20 ${request.subarray(8, 9).toString("hex")} 05`))
    const told: CovNotification[] = []
    device.link.onCov((notification) => told.push(notification))
    await device.link.request(never, (client, { receiver, options }) =>
      client.subscribeCov(receiver, { type: 0, instance: 10 }, 18, false, true, 0, options),
    )
    expect(service(sent[0])).toBe(bytes(SUBSCRIBE).toString("hex"))
    receive(packed(COV))
    expect(told).toMatchObject([{ process: 18, object: { type: 0, instance: 10 } }])
    expect(told[0]?.values.find((one) => one.property === 85)?.value).toMatchObject([{ type: 4, value: 65 }])
  })

  test("Who-Is and I-Am", () => {
    const sent: Buffer[] = []
    const transport = new LinkTransport((datagram) => sent.push(Buffer.from(datagram)))
    const client = new BacnetClient({ transport })
    const heard: unknown[] = []
    client.on("iAm", ({ payload }) => heard.push(payload))
    client.whoIs({ lowLimit: 3, highLimit: 3 })
    transport.emit("message", packed(I_AM), "192.0.2.40:47808")
    client.close()
    expect(sent[0]?.subarray(6).toString("hex")).toBe(bytes(WHO_IS).toString("hex"))
    expect(heard).toMatchObject([{ deviceId: 3, maxApdu: 1024, segmentation: 3, vendorId: 99 }])
  })
})

test.each([
  ["60 01 09", "the device rejects the request: unrecognized service", { isUnknownService: true, isTooMuch: false }],
  [
    "71 01 04",
    "the device aborts the request: segmentation not supported",
    { isUnknownService: false, isTooMuch: true },
  ],
  ["71 01 09", "the device aborts the request: out of resources", { isUnknownService: false, isTooMuch: true }],
])("%s is a refusal", async (answer, message, meaning) => {
  const { device } = deviceThat(() => packed(answer))
  const asked = device.link.request(never, (client, { receiver, options }) =>
    client.readProperty(receiver, { type: 0, instance: 1 }, 85, options),
  )
  const refusal = await asked.catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(BacnetRefusal)
  expect(refusal).toMatchObject({ message, ...meaning })
})

test("an answer that belongs to another request is none", async () => {
  const { device } = deviceThat(() => packed(READ_PROPERTY_ACK.replace("30 01", "30 07")), 50)
  await expect(device.reader.readOne({ type: 0, instance: 5 }, 85, never)).rejects.toThrow(TimeoutError)
})

test("whatever a device sends, nothing but the request fails, and the next one goes well", async () => {
  // A generator of the test's own, so that a failure can be repeated.
  let seed = 4711
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * below)
  }
  const examples = [READ_PROPERTY_ACK, READ_THREE_ACK, COV, I_AM, "71 01 04", SUBSCRIBE].map(packed)
  let isBroken = true
  const { device, receive } = deviceThat((request) => {
    const answer = Buffer.from(packed(READ_THREE_ACK))
    answer[7] = request[8] ?? 0
    if (!isBroken) return answer
    for (let i = 0; i < 3; i += 1) answer[8 + random(answer.length - 8)] = random(256)
    return random(4) === 0 ? answer.subarray(0, random(answer.length)) : answer
  }, 5)
  const requests = [33, 50, 35].map((instance) => ({ object: { type: 0, instance }, properties: [85] }))
  for (let i = 0; i < 2000; i += 1) {
    const example = Buffer.from(examples[random(examples.length)] ?? [])
    for (let k = 0; k < 1 + random(4); k += 1) example[random(example.length)] = random(256)
    receive(example.subarray(0, random(2) === 0 ? example.length : random(example.length)))
    if (i % 10 === 0)
      await device.reader.read(requests, 3, never).catch((error: unknown) => expect(error).toBeInstanceOf(Error))
  }
  isBroken = false
  const [first] = await device.reader.read([{ object: { type: 0, instance: 33 }, properties: [85, 103] }], 3, never)
  expect(numberOf(first?.get(85))).toBeCloseTo(42.3, 5)
})
