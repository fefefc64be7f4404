import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { End, Job, Report } from "./data-path-job.js"

const source = fileURLToPath(new URL("../native/cpp-client.cpp", import.meta.url))
const LIBRARIES = ["libmetricq-sink.a", "libmetricq-source.a", "libmetricq-core.a", "libmetricq-protobuf.a"]

/**
 * Builds one end of a stream on the original C++ client against the build of metricq-cpp that METRICQ_TEST_CPP names (CONTRIBUTING.md
 * says how to make one); undefined without it. It is deleted when this process ends.
 *
 * @throws {Error} with what the compiler says
 */
export function buildCppClient(): string | undefined {
  const build = process.env.METRICQ_TEST_CPP
  if (build === undefined) return undefined
  const repository = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(
    readFileSync(join(build, "CMakeCache.txt"), "utf8"),
  )![1]!
  const folder = mkdtempSync(join(tmpdir(), "metricq-bench-"))
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, "cpp-client")
  const includes = [join(repository, "include"), join(build, "include")]
  const libraries = ["amqpcpp/include", "asio/asio/include", "date/include"].map((path) =>
    join(repository, "lib", path),
  )
  const args = [
    ...["-O2", "-std=c++17", "-DASIO_STANDALONE", source, "-o", program],
    ...[...includes, ...libraries].flatMap((path) => ["-isystem", path]),
    ...LIBRARIES.map((name) => join(build, name)),
    ...[join(build, "lib/libamqpcpp.a"), join(build, "lib/date/libdate-tz.a")],
    ...["-lprotobuf", "-lssl", "-lcrypto", "-lpthread"],
  ]
  const { status, stderr, error } = spawnSync("c++", args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`the C++ client of the bench cannot be built: ${error?.message ?? stderr}`)
  return program
}

/** Starts it as one end of a stream. */
export function startCppEnd(program: string, role: "source" | "sink", job: Job): End {
  const name = role === "source" ? job.metric : job.queue
  const args = [role, job.url, name, String(job.messages), String(job.chunk), job.door]
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const report = async (): Promise<Report> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`the C++ ${role} ended with ${child.exitCode ?? child.signalCode}`)
    return JSON.parse(value) as Report
  }
  const exited = once(child, "exit")
  return {
    ready: report(),
    run: () => {
      child.stdin.write("\n")
      return report()
    },
    close: async () => {
      child.kill("SIGKILL")
      await exited
    },
  }
}
