import { database } from "./schemas/database.js"
import { devices } from "./schemas/devices.js"
import { kit } from "./schemas/kit.js"
import { programs } from "./schemas/programs.js"

/** German for what the schemas of our own agents and databases say of their keys, and for what these are, by the English. */
export const schemaTexts: Readonly<Record<string, string>> = { ...kit, ...devices, ...programs, ...database }
