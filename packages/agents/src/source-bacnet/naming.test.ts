import { expect, test } from "vitest"
import { fillTemplate, nameObject, needsWord } from "./naming.js"

const none = {
  vendorSpecificMapping: {},
  vendorSpecificNameSubstitutions: {},
  vendorSpecificDescriptionSubstitutions: {},
}
const device = { objectName: "AHU 1", description: "air handling" }
const object = { objectName: "Zone'1 `a´ Temp", description: "zone's temperature" }
const templates = { metricId: "hall.$deviceName.$objectName", description: "$objectDescription" }

test("templates are those of Python", () => {
  const values = { objectName: "o", deviceName: "$objectName" }
  const braced = (name: string) => ["$", "{", name, "}"].join("")
  expect(fillTemplate(`$objectName.${braced("objectName")}x.$$.$other.${braced("other")}.$5.$`, values)).toBe(
    `o.ox.$.$other.${braced("other")}.$5.$`,
  )
  expect(fillTemplate("$deviceName$objectNames", values)).toBe("$objectName$objectNames")
  expect([needsWord("a.$deviceName", "deviceName"), needsWord("a.$deviceNames", "deviceName")]).toEqual([true, false])
})

test("quotes become dots, and blanks go out of names", () => {
  expect(nameObject(none, templates, device, object)).toEqual({
    name: "hall.AHU1.Zone.1.a.Temp",
    description: "zone.s temperature",
  })
})

test("whole names are replaced first, then parts; a name of the vendor's own goes before", () => {
  const rules = {
    vendorSpecificMapping: { "AHU 1": "ahu_one", X: "Y'Y" },
    vendorSpecificNameSubstitutions: { _: "-", "'": "$&" },
    vendorSpecificDescriptionSubstitutions: { air: "AIR" },
  }
  const named = nameObject(rules, { ...templates, description: "$deviceDescription $objectName" }, device, {
    ...object,
    "3000": "X",
  })
  expect(named).toEqual({ name: "hall.ahu-one.Y$&Y", description: "AIR handling Y$&Y" })
})

test("a name that looks like a key of every object is none", () => {
  expect(nameObject(none, templates, device, { objectName: "toString" }).name).toBe("hall.AHU1.toString")
})
