import { readFileSync } from "node:fs"
import { definitionsFormat } from "@metricq/broker"
import { documentsFormat } from "@metricq/manager"
import { timelineFormat } from "@metricq/timeline"

/** The lines that `metricq --version` prints: its own version, the protocol's, and those of the files on disk. */
export function versionLines(): string[] {
  return [
    `metricq ${packageVersion()}`,
    "protocol     MetricQ as in metricq-python 5, over AMQP 0-9-1",
    `documents    ${documentsFormat}`,
    `definitions  ${definitionsFormat}`,
    `timeline     ${timelineFormat}`,
    `node         ${process.version}`,
  ]
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
  return manifest.version
}
