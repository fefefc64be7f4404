/** The arrows between our packages: what each may import from the others. */
export const layers = {
  files: [],
  protocol: [],
  client: ["protocol"],
  broker: ["files"],
  timeline: ["files", "protocol"],
  manager: ["client", "files"],
  database: ["client", "timeline"],
  agents: ["client", "files"],
  web: ["client", "files", "protocol"],
  testkit: ["broker", "client", "manager", "protocol"],
  cli: ["agents", "broker", "client", "database", "manager", "protocol", "timeline", "web"],
}

/** What tests may import beyond their package: the test kit, and what it is made of. */
export const testLayers = ["testkit", "broker", "client", "manager", "protocol"]

/** Folder name of a package, by the name it is imported under. */
export const folderOf = (specifier) => {
  if (specifier === "metricq") return "cli"
  const match = /^@metricq\/([^/]+)/.exec(specifier)
  return match && match[1] in layers ? match[1] : undefined
}
