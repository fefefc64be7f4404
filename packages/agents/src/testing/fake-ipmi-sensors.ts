import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type TestScope, temporaryFolder } from "@metricq/testkit"
import { setPermissionsFile } from "../kit/permissions.js"

/** What a BMC does: answers with a value, after some seconds; or something else. */
export type BmcAct = { value: number; afterS?: number } | "hangs" | "is gone" | "garbage" | "other sensors"

/**
 * Asks no BMC, but prints what `ipmi-sensors` would: each host does what its file says. A line about each run is kept: how it was called,
 * and what it was given as a file.
 */
const script = `#!/bin/sh
folder=$(dirname "$0")
call=$(tr '\\0' ' ' < /proc/$$/cmdline)
while [ $# -gt 0 ]; do
  case $1 in
    -h) hosts=$(echo "$2" | tr , ' '); shift;;
    -r) records=$2; shift;;
    --config-file=*) config=$(tr '\\n' ' ' < "\${1#*=}");;
  esac
  shift
done
echo "$call ## $config" >> "$folder/calls"
set -- $hosts
answer() {
  read -r act value after < "$folder/bmc-$1"
  [ $2 = 1 ] && at= || at="$1: "
  case $act in
    answers)
      sleep "$after"
      printf '%s1 | Sys Power | Power | %s | W | %s\\n' "$at" "$value" "'OK'"
      printf '%s2 | Mode | Other | N/A | N/A | %s\\n' "$at" "'Device Enabled'";;
    hangs) trap '' TERM; sleep 600;;
    is) echo "\${at}ipmi-sensors: connection timeout" >&2;;
    garbage) printf '%s%s\\n' "$at" "$(head -c 1000 /dev/urandom | tr -d '\\0\\n')";;
    other) printf '%s5 | Flow | Other | 1.00 | l/min | %s\\n' "$at" "'OK'";;
  esac
}
for host in "$@"; do answer "$host" $# & done
wait
`

/** A program that takes the place of `ipmi-sensors`, with BMCs that do what they are told. */
export class FakeIpmiSensors {
  readonly command: string
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
    this.command = join(folder, "ipmi-sensors")
    writeFileSync(this.command, script)
    chmodSync(this.command, 0o755)
    writeFileSync(join(folder, "calls"), "")
  }

  /** The operator of the machine allows it. */
  static async start(t: TestScope, bmcs: Readonly<Record<string, BmcAct>>): Promise<FakeIpmiSensors> {
    const fake = new FakeIpmiSensors(await temporaryFolder(t, "ipmi"))
    const allowed = join(fake.#folder, "allow.json")
    writeFileSync(allowed, JSON.stringify({ commands: [fake.command] }))
    setPermissionsFile(allowed)
    for (const [host, act] of Object.entries(bmcs)) fake.let(host, act)
    return fake
  }

  let(host: string, act: BmcAct): void {
    const text = typeof act === "string" ? act : `answers ${act.value} ${act.afterS ?? 0}`
    writeFileSync(join(this.#folder, `bmc-${host}`), `${text}\n`)
  }

  /** How it was called so far. */
  get calls(): { words: string; config: string; hosts: string }[] {
    const lines = readFileSync(join(this.#folder, "calls"), "utf8").split("\n")
    return lines.slice(0, -1).map((line) => {
      const [words = "", config = ""] = line.split(" ## ")
      return { words, config, hosts: / -h (\S+)/.exec(words)?.[1] ?? "" }
    })
  }
}
