import { hostname } from "node:os"
import { expect, test } from "vitest"
import { fillTemplate, fillTemplateWith } from "./template.js"

const braced = (name: string) => `$\{${name}}`

test("$USER and $HOST are filled in, everything else stays", () => {
  const values = { user: "ada", host: "node17" }
  expect(fillTemplateWith("sink-$USER-tool-$HOST", values)).toBe("sink-ada-tool-node17")
  expect(fillTemplateWith(`${braced("USER")}x${braced("HOST")}`, values)).toBe("adaxnode17")
  const others = `$USERS $HOME $ ${braced("X")} $user`
  expect(fillTemplateWith(others, values)).toBe(others)
  expect(fillTemplate("$HOST")).toBe(hostname())
})
