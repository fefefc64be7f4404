import { createHash } from "node:crypto"
import { HistoryError, TimeoutError, Timestamp } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { whenLeft } from "../server/left.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { flexTimeline } from "./history.js"
import { bodySchema, metricName, querySchema } from "./schemas.js"
import { encodeTile } from "./tile.js"
import { TILE_LEVELS, type TilePlace, tileInterval, tilePlace } from "./tile-grid.js"

interface TileName {
  readonly level: number
  readonly index: number
}

const MOST_TILES = 64
/** What is older is not expected to change. */
const SETTLED_S = 60

const tileProperties = {
  level: { type: "integer", minimum: 0, maximum: TILE_LEVELS - 1 },
  index: { type: "integer" },
}

const manySchema = bodySchema(
  {
    tiles: {
      type: "array",
      minItems: 1,
      maxItems: MOST_TILES,
      items: {
        type: "object",
        properties: { metric: metricName, ...tileProperties },
        required: ["metric", "level", "index"],
      },
    },
  },
  ["tiles"],
)

/** `tiles`: history in pieces that a chart keeps, one or many at once. */
export const tiles: Endpoints = (app, context) => {
  const { gate } = context

  app.get<{ Params: { name: string }; Querystring: TileName }>(
    "/tiles/:name",
    { schema: querySchema(tileProperties, ["level", "index"]) },
    async ({ params, query, headers }, reply) => {
      const place = tilePlace(query.level, query.index)
      const signal = whenLeft(reply)
      const tile = await gate.run(() => readTile(context, params.name, place, signal))
      reply.type("application/octet-stream")
      if (!isSettled(place)) return reply.header("cache-control", "no-store").send(tile)
      const etag = `"${createHash("sha1").update(tile).digest("base64url")}"`
      reply.header("cache-control", "private, max-age=31536000, immutable").header("etag", etag)
      return headers["if-none-match"] === etag ? reply.code(304).send() : reply.send(tile)
    },
  )

  app.post<{ Body: { tiles: (TileName & { metric: string })[] } }>(
    "/tiles",
    { config: { needs: "viewer" }, schema: manySchema },
    async ({ body }, reply) => {
      const wanted = body.tiles.map(({ metric, level, index }) => ({ metric, place: tilePlace(level, index) }))
      const signal = whenLeft(reply)
      const read = ({ metric, place }: (typeof wanted)[number]) =>
        readTile(context, metric, place, signal).catch(missingTile)
      const made = await gate.run(() => mapBounded(wanted, MOST_TILES, read))
      return reply.type("application/octet-stream").send(Buffer.concat(made.flatMap((tile) => [lengthOf(tile), tile])))
    },
  )
}

async function readTile(
  { history }: ApiContext,
  metric: string,
  place: TilePlace,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return encodeTile(await flexTimeline(history, metric, place, tileInterval(place), signal), place)
}

/** Of many tiles, one that cannot be had is empty. */
function missingTile(error: unknown): Uint8Array {
  if (error instanceof HistoryError || error instanceof TimeoutError) return new Uint8Array(0)
  throw error
}

function isSettled({ to }: TilePlace): boolean {
  return !to.isAfter(Timestamp.ago(SETTLED_S))
}

function lengthOf(tile: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(tile.length)
  return length
}
