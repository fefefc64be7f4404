import { expect, test } from "vitest"
import { PageNetwork } from "./page-network.js"
import { describeWithPython } from "./python.js"
import { PythonAgent } from "./python-agent.js"

describeWithPython("a source on the original client that describes its configurations", () => {
  test("is known to the page, which checks them and asks what they would declare", async (t) => {
    const net = await PageNetwork.start(t, "--no-demo")
    const token = "source-lamp-py"
    await net.configure(token, { lamps: ["desk", "door"] })
    const agent = PythonAgent.start(t, "described_source", { server: net.url, token })
    await agent.next("ready")
    expect(await net.answer(`configs/${token}/kind`)).toMatchObject({ name: "source-lamp", published: true })
    expect(await net.answer("kinds/check", { token, config: {} })).toMatchObject({ errors: ["lamps: it is missing"] })
    const preview = (lamps: string[]) => net.answer(`configs/${token}/preview`, { config: { lamps } })
    // The catalogue is read every few seconds.
    await expect
      .poll(() => preview(["desk", "bed"]), { timeout: 12_000 })
      .toMatchObject({ by: "agent", appear: ["lamp.bed"], vanish: ["lamp.door"] })
    expect(await preview(["moon"])).toMatchObject({
      valid: false,
      problems: { errors: [expect.stringContaining("there is no way to the moon")] },
    })
    const { clients } = await net.answer("clients")
    const [client] = (clients as { token: string }[]).filter((one) => one.token === token)
    expect(client).toMatchObject({ state: "up", drift: "sent", configuration: { sent: { how: "register" } } })
    expect(client).not.toHaveProperty("configuration.accepted")
    expect(await net.answer(`configs/${token}/apply`, {})).toMatchObject({ answered: true, response: {} })
    expect(await net.answer(`clients/${token}`)).toMatchObject({ drift: "current", rates: { declared: 2 } })
    expect(await agent.stop()).toBe(0)
  })
})
