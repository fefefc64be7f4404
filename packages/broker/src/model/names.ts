import { ChannelError } from "../errors.js"
import { constants } from "../spec/constants.js"

/** What an error text calls a thing: `queue 'q' in vhost '/'`. */
export function described(kind: "queue" | "exchange", name: string, vhost: string): string {
  return `${kind} '${name}' in vhost '${vhost}'`
}

/** A name to be given: without line ends, which RabbitMQ drops as well. */
export function cleanName(name: string): string {
  return name.replace(/[\r\n]/g, "")
}

/** 404 for a queue or exchange that does not exist. */
export function notFound(kind: "queue" | "exchange", name: string, vhost: string): ChannelError {
  return new ChannelError(constants.notFound, `no ${described(kind, name, vhost)}`)
}

/** 406 with the given text. */
export function preconditionFailed(text: string): ChannelError {
  return new ChannelError(constants.preconditionFailed, text)
}

/** 403 with the given text. */
export function accessRefused(text: string): ChannelError {
  return new ChannelError(constants.accessRefused, text)
}
