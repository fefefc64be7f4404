import { readFile } from "node:fs/promises"
import { WebError } from "../../server/web-error.js"
import { type ChannelSettings, parseChannels } from "./channel-settings.js"

/**
 * Channels that a file of this machine says: `{ "channels": […] }`, each as the API takes it. Secrets may be in any file that the web server can read.
 *
 * @throws {WebError} `health-channels` naming the file and what is wrong with it
 */
export async function readChannelFile(path: string): Promise<ChannelSettings[]> {
  try {
    const { channels } = JSON.parse(await readFile(path, "utf8")) as { channels?: unknown }
    return parseChannels(channels, true)
  } catch (error) {
    throw new WebError("health-channels", `${path}: ${(error as Error).message}`, { cause: error })
  }
}
