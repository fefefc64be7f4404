import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"
import type { KindCatalogue } from "./kind-catalogue.js"

const weather: KindCatalogue = {
  list: async () => [{ name: "source-weather", summary: "wind and rain" }],
  find: async (name) =>
    name === "source-weather"
      ? { name, summary: "wind and rain", schema: { type: "object" }, sample: { mast: 1 }, command: "weather" }
      : undefined,
  kindOf: (token) => (token.startsWith("source-weather") ? "source-weather" : undefined),
  check: async (_token, config) => ({
    errors: config.mast === 1 ? [] : ["mast: expected 1, got nothing"],
    warnings: [],
  }),
}

test("kinds are listed and described, and configurations checked against them", async (t) => {
  const web = await WebUnderTest.start(t, undefined, { kinds: weather })
  expect((await web.get("api/v1/kinds")).body).toEqual({
    kinds: [{ name: "source-weather", summary: "wind and rain" }],
  })
  expect((await web.get("api/v1/kinds/source-weather")).body).toMatchObject({ sample: { mast: 1 } })
  expect(await web.get("api/v1/kinds/other")).toMatchObject({ status: 404, body: { error: { code: "no-such-kind" } } })
  expect((await web.send("POST", "api/v1/kinds/check", { token: "source-weather-a", config: {} })).body).toEqual({
    ...{ kind: "source-weather", errors: ["mast: expected 1, got nothing"], warnings: [], published: false },
  })
  expect((await web.send("POST", "api/v1/kinds/check", { token: "", config: {} })).status).toBe(400)
})

test("without a catalogue nothing is known, and nothing is wrong", async (t) => {
  const web = await WebUnderTest.start(t)
  expect((await web.get("api/v1/kinds")).body).toEqual({ kinds: [] })
  expect((await web.send("POST", "api/v1/kinds/check", { token: "source-a", config: {} })).body).toEqual({
    ...{ kind: null, errors: [], warnings: [], published: false },
  })
})
