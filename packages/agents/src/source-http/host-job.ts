import { ConfigError, Timedelta, Timestamp } from "@metricq/client"
import { milliseconds } from "../kit/fields/duration.js"
import type { FailurePolicy } from "../kit/fields/failure.js"
import { type Schedule, scheduleOf } from "../kit/fields/schedule.js"
import { HttpHost } from "../kit/http/http-host.js"
import { limitedSignal } from "../kit/limited-signal.js"
import type { Job, Opening, PolledMetric, Round, Target } from "../kit/polling/job.js"
import type { HttpConfig, HttpHostConfig, HttpMetricConfig } from "./config.js"
import { type Login, loginOf } from "./login.js"
import { MetricRequest } from "./request.js"

/** Requests to one host at the same time. */
const CONNECTIONS = 4
const LOGOUT_MS = 1000

/** Where the metrics of a job are. */
export interface HttpPlace {
  readonly address: string
  /** First part of the metrics' names. */
  readonly name: string
  readonly interval: number | string
}

/** All metrics of a host that have the same interval: as few requests as that takes, over connections that stay open. */
export class HostJob implements Job {
  readonly key: string
  readonly schedule: Schedule
  readonly timeoutMs: number
  readonly onFailure: FailurePolicy
  readonly retryMs: readonly number[]
  readonly targets: readonly [Target]
  readonly #config: HttpHostConfig
  readonly #requests: readonly MetricRequest[]
  readonly #requestMs: number
  readonly #origin: string
  #host: HttpHost | undefined
  #login: Login | undefined

  /** `metrics`: those of this host that have this interval, by the last part of their names. */
  constructor(
    config: HttpConfig,
    hostConfig: HttpHostConfig,
    { address, name, interval }: HttpPlace,
    metrics: Readonly<Record<string, HttpMetricConfig>>,
  ) {
    this.#config = hostConfig
    this.#origin = `${hostConfig.insecure ? "http" : "https"}://${address}`
    this.#requestMs = milliseconds(config.http_timeout)
    this.schedule = scheduleOf(interval, config)
    this.onFailure = hostConfig.onFailure ?? config.onFailure ?? "skip"
    this.retryMs = [milliseconds(config.retry_delay)]
    this.#requests = requestsOf(name, metrics)
    this.timeoutMs = this.#requestMs * (Math.ceil(this.#requests.length / CONNECTIONS) + 1)
    const describe = (metric: HttpMetricConfig) => polledMetric(hostConfig, metric, { address, name, interval })
    const entries = Object.entries(metrics).map(([suffix, metric]) => [`${name}.${suffix}`, describe(metric)])
    this.targets = [{ name, metrics: Object.fromEntries(entries) }]
    const { metrics: _all, hosts: _hosts, names: _names, ...shared } = hostConfig
    this.key = JSON.stringify([
      address,
      name,
      shared,
      metrics,
      this.schedule,
      this.#requestMs,
      this.retryMs,
      this.onFailure,
    ])
  }

  async open({ signal }: Opening): Promise<void> {
    const { verify_ssl: verifySsl } = this.#config
    this.#login ??= loginOf(this.#config)
    this.#host = new HttpHost(this.#origin, { verifySsl, connections: CONNECTIONS })
    await this.#login.enter(this.#host, limitedSignal(signal, this.#requestMs))
  }

  /** Points have the time at which their request was sent. The host has failed if no request got an answer of use. */
  async poll(round: Round): Promise<void> {
    const results = await Promise.allSettled(this.#requests.map((request) => this.#read(request, round)))
    const failures = results.filter((result) => result.status === "rejected")
    if (failures.length === results.length) throw failures[0]?.reason
    const [target] = this.targets
    results.forEach((result, i) => {
      if (result.status === "fulfilled") return
      for (const metric of this.#requests[i]?.metrics ?? []) round.missing(target, metric, result.reason)
    })
  }

  async close(): Promise<void> {
    const [host, login] = [this.#host, this.#login]
    this.#host = undefined
    if (host === undefined) return
    await login?.leave(host, AbortSignal.timeout(LOGOUT_MS)).catch(() => undefined)
    await host.close()
  }

  async #read(request: MetricRequest, round: Round): Promise<void> {
    const [host, login] = [this.#host, this.#login]
    if (host === undefined || login === undefined) return
    const [target] = this.targets
    const time = Timestamp.now()
    const answer = await request.answer(host, login, round.signal)
    request.read(
      answer,
      (metric, value) => round.send(metric, value, time),
      (metric, error) => round.missing(target, metric, error),
    )
  }
}

/** The interval of a metric, from where it is said nearest. */
export function intervalOf(config: HttpConfig, host: HttpHostConfig, metric: HttpMetricConfig): number | string {
  const interval = metric.interval ?? host.interval ?? config.interval
  if (interval === undefined)
    throw new ConfigError("source-http", [`interval: expected for ${metric.path}, or for all`])
  return interval
}

function requestsOf(name: string, metrics: Readonly<Record<string, HttpMetricConfig>>): MetricRequest[] {
  const requests = new Map<string, MetricRequest>()
  for (const [suffix, metric] of Object.entries(metrics)) {
    const key = MetricRequest.key(metric)
    const request = requests.get(key) ?? new MetricRequest(metric)
    requests.set(key, request)
    request.add(`${name}.${suffix}`, metric)
  }
  return [...requests.values()]
}

function polledMetric(host: HttpHostConfig, metric: HttpMetricConfig, { address, interval }: HttpPlace): PolledMetric {
  const { unit, chunk_size: chunkSize, onFailure, path } = metric
  const period = Timedelta.from(interval)
  const metadata = {
    description: `${host.description} ${metric.description}`.trim(),
    rate: 1 / period.s,
    interval: period.preciseString,
    host: address,
    url: `${host.insecure ? "http" : "https"}://${address}${path.startsWith("/") ? path : `/${path}`}`,
    ...(unit !== undefined && { unit }),
  }
  return { metadata, chunkSize, onFailure }
}
