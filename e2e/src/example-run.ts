import { mkdir, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type JsonObject, Timestamp } from "@metricq/client"
import { startNetwork, type TestNetwork, type TestScope, temporaryFolder } from "@metricq/testkit"
import { transformWithEsbuild } from "vite"
import { root } from "./documents.js"
import { Program } from "./program.js"

/** A program from the documents or from examples/. */
export interface Example {
  /** Where it stands: `docs/howto/source.md source.ts`, or `examples/source.ts`. */
  name: string
  /** Name of its own file, ending in `.ts` or `.py`. */
  file: string
  code: string
  /** What it prints, where the document says so. */
  output?: string
}

/** How an example is run: `typescript` through tsx, `javascript` by Node alone after its types were taken away. */
export type Flavour = "typescript" | "javascript" | "python"

/** What an example needs, and what must happen when it runs. */
export interface ExampleCheck {
  /** Configurations by token, written before it starts. */
  configs?: Record<string, JsonObject>
  args?: string[]
  /** What the network needs before it starts, such as somebody who sends. */
  prepare?(net: TestNetwork): Promise<unknown>
  check(run: ExampleRun): Promise<void>
}

/** An example that runs in a network of its own. */
export class ExampleRun {
  readonly net: TestNetwork
  readonly flavour: Flavour
  /** What the document says it prints. */
  readonly output: string | undefined
  readonly #program: () => Program
  #started: Program | undefined

  private constructor(net: TestNetwork, flavour: Flavour, output: string | undefined, program: () => Program) {
    this.net = net
    this.flavour = flavour
    this.output = output
    this.#program = program
  }

  /** Makes the network, and the file to run in it; nothing runs yet. `python` is the one to run Python examples with. */
  static async prepare(
    t: TestScope,
    example: Example,
    flavour: Flavour,
    check: ExampleCheck,
    python?: string,
  ): Promise<ExampleRun> {
    const net = await startNetwork(t, { kind: "embedded" })
    for (const [token, config] of Object.entries(check.configs ?? {})) await net.configure(token, config)
    await check.prepare?.(net)
    const folder = await projectFolder(t)
    const [command, file, code] = await inFlavour(example, flavour, python)
    await writeFile(join(folder, file), code.replaceAll("amqp://localhost/", net.url))
    const env = { METRICQ_SERVER: net.url }
    return new ExampleRun(net, flavour, example.output, () =>
      Program.start(t, command, [file, ...(check.args ?? [])], { cwd: folder, env }),
    )
  }

  /** The program; it starts when it is asked for first. */
  get program(): Program {
    this.#started ??= this.#program()
    return this.#started
  }

  /** Sends 1, 2, 3 … under a metric, from a source of its own, every 20 ms until `enough` resolves; returns the times of the values. */
  async sendUntil<T>(metric: string, enough: Promise<T>): Promise<{ result: T; times: Map<number, Timestamp> }> {
    const source = await this.net.source("source-of-the-test", { metrics: { [metric]: { unit: "V" } } })
    const times = new Map<number, Timestamp>()
    let done = false
    const end = enough.finally(() => {
      done = true
    })
    for (let value = 1; !done; value++) {
      const time = Timestamp.now()
      times.set(value, time)
      await source.send(metric, time, value)
      await Promise.race([end.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))])
    }
    return { result: await end, times }
  }
}

/** A folder as a user would have it: a package.json, and `metricq` to import. */
export async function projectFolder(t: TestScope): Promise<string> {
  const folder = join(await temporaryFolder(t, "example"), "project")
  await mkdir(folder)
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  await symlink(join(root, "node_modules"), join(folder, "node_modules"))
  return folder
}

async function inFlavour(
  { file, code }: Example,
  flavour: Flavour,
  python: string | undefined,
): Promise<[command: string, file: string, code: string]> {
  if (flavour === "python") return [python!, file, code]
  if (flavour === "typescript") return [join(root, "node_modules/.bin/tsx"), file, code]
  const tsconfigRaw = { compilerOptions: { target: "es2022", verbatimModuleSyntax: true } } as const
  const script = await transformWithEsbuild(code, file, { target: "node20", sourcemap: false, tsconfigRaw })
  return [process.execPath, file.replace(/\.ts$/, ".js"), script.code]
}
