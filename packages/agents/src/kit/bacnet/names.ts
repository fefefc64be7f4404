import { EngineeringUnits, ObjectType } from "@bacnet-js/client"

/** Labels of the standard that do not follow from the library's names. */
const UNIT_LABELS: Readonly<Record<number, string>> = {
  190: "microSiemens",
  234: "pH",
  237: "ohmMeterPerSquareMeter",
  245: "voltsSquareHours",
  247: "joulesPerHours",
}
const TYPE_LABELS: Readonly<Record<number, string>> = {
  41: "datePatternValue",
  43: "datetimePatternValue",
  49: "timePatternValue",
  60: "staging",
  61: "auditLog",
  62: "auditReporter",
}

/** An object of a device, such as analog input 3. */
export interface ObjectId {
  readonly type: number
  readonly instance: number
}

/** What is not an instance but stands for "this device" where an instance is wanted; the highest number there is. */
export const ANY_INSTANCE = 4_194_303

/** Properties that are read, by their numbers in the standard. */
export const property = {
  description: 28,
  maxApduLengthAccepted: 62,
  modelName: 70,
  objectIdentifier: 75,
  objectList: 76,
  objectName: 77,
  presentValue: 85,
  segmentationSupported: 107,
  units: 117,
  vendorIdentifier: 120,
  /** A long name that devices of vendor 7 have. */
  vendorName: 3000,
} as const

export const DEVICE_TYPE = 8

const unitLabels = labelsOf(EngineeringUnits, UNIT_LABELS)
const typeLabels = labelsOf(ObjectType, TYPE_LABELS)
const typeNumbers = new Map([...typeLabels].map(([number, label]) => [label.toLowerCase(), number]))

/** `degreesCelsius`, `kilowatts`, …; the number as text for a unit that the standard does not know. */
export function unitLabel(unit: number): string {
  return unitLabels.get(unit) ?? String(unit)
}

/** `analogInput`, `binaryValue`, …; the number as text for a type of the vendor's own. */
export function typeLabel(type: number): string {
  return typeLabels.get(type) ?? String(type)
}

/** The number of a type that is written `analogInput`, `analog-input` or `0`; `undefined` for other texts. */
export function typeNumber(text: string): number | undefined {
  if (/^\d{1,4}$/.test(text)) return Number(text) < 1024 ? Number(text) : undefined
  return typeNumbers.get(text.replaceAll("-", "").toLowerCase())
}

/** An object written `analogValue:190` or `analog-value,190`; `undefined` for other texts. */
export function parseObject(text: string): ObjectId | undefined {
  const [, label = "", digits = ""] = /^\s*([\w-]+)\s*[:,]\s*(\d{1,7})\s*$/.exec(text) ?? []
  const [type, instance] = [typeNumber(label), Number(digits)]
  return type === undefined || instance > ANY_INSTANCE ? undefined : { type, instance }
}

/** `analogValue:190` */
export function printObject({ type, instance }: ObjectId): string {
  return `${typeLabel(type)}:${instance}`
}

function labelsOf(names: object, exceptions: Readonly<Record<number, string>>): Map<number, string> {
  const labels = new Map<number, string>()
  for (const [name, number] of Object.entries(names)) {
    if (typeof number === "number") labels.set(number, camelCase(name))
  }
  for (const [number, label] of Object.entries(exceptions)) labels.set(Number(number), label)
  return labels
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase())
}
