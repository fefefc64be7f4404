export { Broker, type BrokerStats } from "./broker.js"
export { BrokerError } from "./errors.js"
export type { Logger } from "./logger.js"
export type { BrokerLimits, BrokerOptions, UserOptions } from "./options.js"
