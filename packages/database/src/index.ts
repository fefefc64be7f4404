export { StorageError } from "@metricq/timeline"
