import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { dirname, join, normalize } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { type Document, documents, exampleFiles, root } from "./documents.js"
import { projectFolder } from "./example-run.js"
import { commandProblem, helpPages } from "./help-page.js"
import { anchors, codeSpans, links } from "./markdown.js"
import { pageTables } from "./page-tables.js"
import { metricqArguments, shellCommands } from "./shell-commands.js"
import { exportedNames, snippetModule } from "./snippets.js"

const all = documents()
const read = (file: string) => readFileSync(join(root, file), "utf8")
const page = (file: string) => all.find((document) => document.file === file)!

test("code in TypeScript and JavaScript is right for the compiler, and erasable", async (t) => {
  const folder = await projectFolder(t)
  const origins: string[] = []
  const add = async (origin: string, module: string) => {
    origins.push(origin)
    await writeFile(join(folder, `m${origins.length - 1}.ts`), module)
  }
  for (const { file, blocks } of all) {
    for (const { line, language, attributes, code } of blocks) {
      if (!["ts", "js"].includes(language)) continue
      // Line 2 of the module is the block's first.
      await add(`${file}:${line - 2}`, snippetModule(file, code, attributes.in))
    }
  }
  for (const file of exampleFiles()) await add(`${file}:-1`, `\n${read(file)}`)
  await add("docs/reference/library.md:tables", tablesModule())
  await add("docs/reference/parity.md:tables", parityModule())
  expect(await compile(folder, origins)).toEqual([])
})

test("shell blocks and code spans name commands, options, scripts and files that exist", () => {
  const pages = helpPages(read("docs/reference/command-line.md"))
  const problems: string[] = []
  for (const document of all) {
    for (const { line, language, code } of document.blocks) {
      if (!["sh", "bash", "shell"].includes(language)) continue
      for (const words of shellCommands(code)) {
        const problem = shellProblem(document, pages, words)
        if (problem !== undefined) problems.push(`${document.file}:${line}: ${words.join(" ")}: ${problem}`)
      }
    }
    for (const span of codeSpans(document.text)) {
      const problem = spanProblem(pages, span)
      if (problem !== undefined) problems.push(`${document.file}: \`${span}\`: ${problem}`)
    }
  }
  expect(problems).toEqual([])
})

test("links lead to files and headings that exist", () => {
  const broken = all.flatMap(({ file, text }) =>
    links(text)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path, anchor] = link.split("#")
        const target = path === "" ? file : normalize(join(dirname(file), path!))
        if (!existsSync(join(root, target))) return true
        return anchor !== undefined && !anchors(read(target)).has(anchor)
      })
      .map((link) => `${file}: ${link}`),
  )
  expect(broken).toEqual([])
})

test("docs/reference/library.md names everything that metricq exports, with a table for what has options or methods", () => {
  const { text } = page("docs/reference/library.md")
  const { values, types } = exportedNames("packages/cli/src/index.ts")
  const named = new Set(codeSpans(text).flatMap((span) => span.match(/[\w$]+/g) ?? []))
  expect([...values, ...types].filter((name) => !named.has(name))).toEqual([])
  const tables = new Set(pageTables(text).map(({ subject }) => subject))
  const sending = ["Client", "Source", "SourceMetric", "IntervalSource", "Sink", "DurableSink", "Subscriber"]
  const roles = [...sending, "HistoryClient", "HistoryResponse", "AggregateTimeline", "Db"]
  const wanted = [...roles, "Timestamp", "Timedelta", ...types.filter((name) => /Options$|Stats$|Context$/.test(name))]
  // Their fields are in the text, or in the source for those who build services.
  const elsewhere = ["TlsOptions", "ConnectionOptions"]
  expect(wanted.filter((name) => !tables.has(name) && !elsewhere.includes(name))).toEqual([])
})

test("the README says how to start and how to test", () => {
  const { text } = page("README.md")
  expect(text).toContain("npm install && npm start")
  expect(text).toContain("npm install && npm test")
})

/** The tables of the library page against the types they describe: no member may be missing, none invented. */
function tablesModule(): string {
  const bases: Record<string, string> = {
    Source: "Client",
    IntervalSource: "Source",
    Sink: "Client",
    DurableSink: "Sink",
    Subscriber: "Client",
    SourceOptions: "ClientOptions",
    IntervalSourceOptions: "SourceOptions",
    SinkOptions: "ClientOptions",
    SubscriberOptions: "ClientOptions",
    DrainOptions: "ClientOptions",
    HistoryClient: "Client",
    HistoryClientOptions: "ClientOptions",
    HistoryRequestOptions: "HistoryCallOptions",
    HistoryRangeOptions: "HistoryCallOptions",
    Db: "Client",
    DbOptions: "ClientOptions",
  }
  const { values, types } = exportedNames("packages/cli/src/index.ts")
  const names = new Set([...values, ...types])
  const lines = pageTables(page("docs/reference/library.md").text)
    .filter(({ subject }) => names.has(subject))
    .map(({ subject, rows }, at) => {
      const keys = new Set(rows.flatMap(([first = []]) => first.map((span) => /^\w+/.exec(span)![0])))
      const own =
        bases[subject] === undefined ? `keyof ${subject}` : `Exclude<keyof ${subject}, keyof ${bases[subject]}>`
      // A method of the base that the table explains anew is no mistake.
      const again = [...keys].map((key) => `"${key}"`).join(" | ")
      const wanted = `Exclude<${own}, symbol> | (keyof ${subject} & (${again}))`
      return `const t${at}: Record<${wanted}, true> = { ${[...keys].map((key) => `"${key}": true`).join(", ")} }; // ${subject}`
    })
  return `import type { ${[...names].join(", ")} } from "metricq"\n${lines.join("\n")}\n`
}

/** Every `Class.member` in the column "Ours" of the parity page has to exist, as a member of the class or of its objects. */
function parityModule(): string {
  const { values, types } = exportedNames("packages/cli/src/index.ts")
  const spans = pageTables(page("docs/reference/parity.md").text)
    .filter(({ subject }) => subject === "Original")
    .flatMap(({ rows }) => rows.flatMap((row) => (row.length < 3 ? [] : row[1]!)))
  const lines = [...new Set(spans)].map((span, at) => {
    const [name, member] = span.split(".") as [string, string?]
    if (member === undefined) return values.includes(name) ? `void ${name}` : `type T${at} = ${name}`
    const ofObject = `Has<${name}, "${member}">`
    return `const p${at}: ${values.includes(name) ? `${ofObject} | Has<typeof ${name}, "${member}">` : ofObject} = true // ${span}`
  })
  const has = "type Has<T, K> = K extends keyof T ? true : never"
  return `import { ${[...values, ...types.map((name) => `type ${name}`)].join(", ")} } from "metricq"\n${has}\n${lines.join("\n")}\n`
}

/** What the compiler says of the modules m0.ts, m1.ts … of a folder, with the places they come from. */
async function compile(folder: string, origins: readonly string[]): Promise<string[]> {
  const compilerOptions = {
    ...{ target: "es2022", module: "nodenext", lib: ["es2023", "esnext.disposable", "esnext.decorators"] },
    ...{ strict: true, erasableSyntaxOnly: true, skipLibCheck: true, noEmit: true, types: ["node"] },
  }
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
  const tsc = join(root, "node_modules/.bin/tsc")
  const { stdout } = await promisify(execFile)(tsc, ["-p", folder, "--pretty", "false"], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  )
  return stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((text) =>
      text.replace(/^m(\d+)\.ts\((\d+),/, (_all, module: string, line: string) => {
        const [file, offset] = origins[Number(module)]!.split(":")
        return Number.isNaN(Number(offset))
          ? `${file} ${offset} (${line},`
          : `${file}(${Number(line) + Number(offset)},`
      }),
    )
}

function shellProblem(
  { file, blocks }: Document,
  pages: ReturnType<typeof helpPages>,
  words: readonly string[],
): string | undefined {
  const args = metricqArguments(words)
  if (args !== undefined) return commandProblem(pages, args)
  const [program, first, ...rest] = words[0] === "npx" ? words.slice(1) : words
  if (program === "tsx" || program === "node" || program?.endsWith("python")) {
    const titles = blocks.map(({ attributes }) => attributes.title?.replace(/\.ts$/, ""))
    const known =
      first !== undefined && (existsSync(join(root, first)) || titles.includes(first.replace(/\.[jt]s$/, "")))
    return known ? undefined : `${file} has no block ${first}, nor is there such a file`
  }
  if (program !== "npm") return undefined
  if (first === "run") {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> }
    return rest[0] !== undefined && rest[0] in scripts ? undefined : `there is no script ${rest[0]}`
  }
  return ["install", "ci", "start", "test", "init", "pkg", "pack"].includes(first ?? "")
    ? undefined
    : "not known to npm"
}

/** A code span that begins as a command has to name one, with options that it has. */
function spanProblem(pages: ReturnType<typeof helpPages>, span: string): string | undefined {
  const args = metricqArguments(span.split(" "))
  if (args === undefined || args.some((word) => /[…|]/.test(word))) return undefined
  return commandProblem(pages, args, "mentioned")
}
