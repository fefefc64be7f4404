import { milliseconds } from "../../kit/fields/duration.js"
import type { ModbusConfig, ModbusHost } from "../config.js"
import type { Manners } from "../gateway.js"
import type { ReadLimits } from "../read-plan.js"

/** How a host wants to be treated: what it says itself, then what the source says, then what usually works. */
export function mannersOf(config: ModbusConfig, host: ModbusHost): Manners {
  return {
    timeoutMs: milliseconds(host.timeout ?? config.timeout ?? 1),
    pauseMs: milliseconds(host.pause ?? config.pause ?? 0),
    connectPauseMs: milliseconds(host.connectPause ?? config.connectPause ?? 0),
    retryMs: milliseconds(host.retryDelay ?? config.retryDelay ?? 10),
    busyRetries: host.busyRetries ?? config.busyRetries ?? 3,
    busyPauseMs: milliseconds(host.busyPause ?? config.busyPause ?? 0.1),
    closesAfterRound: host.closeAfterRound ?? config.closeAfterRound ?? false,
  }
}

/** How much a host can be asked for at once. */
export function limitsOf(config: ModbusConfig, host: ModbusHost): ReadLimits {
  return {
    maxRegisters: host.maxRegisters ?? config.maxRegisters ?? 125,
    maxGap: host.maxGap ?? config.maxGap ?? Number.POSITIVE_INFINITY,
  }
}
