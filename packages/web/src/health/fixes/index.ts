import type { FixKind } from "../finding.js"
import { archive, unarchive } from "./archive.js"
import { apply, restore } from "./configuration.js"
import { deleteQueue } from "./delete-queue.js"
import type { Fix } from "./fix.js"
import { setRate } from "./set-rate.js"
import { setUnit } from "./set-unit.js"
import { store } from "./store.js"

/** Every fix by its name. */
export const fixes: Readonly<Record<FixKind, Fix>> = {
  ...{ archive, unarchive, apply, restore, store },
  "set-unit": setUnit,
  "set-rate": setRate,
  "delete-queue": deleteQueue,
}
