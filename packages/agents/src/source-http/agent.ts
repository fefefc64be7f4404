import { ConfigError, hostnames } from "@metricq/client"
import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { type HttpConfig, type HttpHostConfig, type HttpMetricConfig, httpSchema } from "./config.js"
import { HostJob, intervalOf } from "./host-job.js"
import { redfishDiscovery } from "./redfish-discovery.js"

/** Asks web servers: BMCs with Redfish or OpenBMC, exporters, devices with a page of values. */
export class HttpSource extends PollingSource<HttpConfig> {
  protected override jobs(config: HttpConfig): HostJob[] {
    return config.hosts.flatMap((host, i) => hostJobs(config, host, i))
  }
}

function hostJobs(config: HttpConfig, host: HttpHostConfig, index: number): HostJob[] {
  const addresses = hostnames(host.hosts)
  const names = hostnames(host.names)
  if (addresses.length !== names.length) {
    const problem = `hosts[${index}].names: expected ${addresses.length} names, as there are hosts, got ${names.length}`
    throw new ConfigError("source-http", [problem])
  }
  const byInterval = new Map<number | string, Record<string, HttpMetricConfig>>()
  for (const [suffix, metric] of Object.entries(host.metrics)) {
    const interval = intervalOf(config, host, metric)
    byInterval.set(interval, { ...byInterval.get(interval), [suffix]: metric })
  }
  return addresses.flatMap((address, i) =>
    [...byInterval].map(
      ([interval, metrics]) => new HostJob(config, host, { address, name: names[i] ?? address, interval }, metrics),
    ),
  )
}

export const http: AgentKind<HttpConfig> = {
  name: "source-http",
  summary: "web servers: Redfish, OpenBMC, JSON, Prometheus exporters, pages of values",
  schema: httpSchema,
  discovery: redfishDiscovery,
  create: (options) => new HttpSource(options),
  sample: () => readSample("source-http"),
}
