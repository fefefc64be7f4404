/** A WebSocket as browsers have it. */
exports.w3cwebsocket = require("ws")
