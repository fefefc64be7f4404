import type { ChannelType } from "./channel.js"
import { mail } from "./mail.js"
import { nsca } from "./nsca.js"
import { webhook } from "./webhook.js"

/** Every type of channel by its name. A new one is a file of its own and a word here. */
export const channelTypes = { webhook, mail, nsca } as const

/** `webhook`, `mail` or `nsca`. */
export type ChannelTypeName = keyof typeof channelTypes

/** A type by its name, for those who do not look into its targets. */
export function channelType(name: ChannelTypeName): ChannelType {
  return channelTypes[name] as unknown as ChannelType
}

/** Whether there is a type of this name. */
export function isChannelType(name: unknown): name is ChannelTypeName {
  return typeof name === "string" && Object.hasOwn(channelTypes, name)
}
