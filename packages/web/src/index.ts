export type { KindCatalogue, KindCheck, KindDetails, KindSummary } from "./api/kind-catalogue.js"
export type { WebServerOptions } from "./server/options.js"
export { WebError } from "./server/web-error.js"
export { WebServer } from "./server/web-server.js"
