export { DataError, MetricqError } from "./errors.js"
