import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addConfigApply } from "./config/apply.js"
import { addConfigDelete } from "./config/delete.js"
import { addConfigDiff } from "./config/diff.js"
import { addConfigEdit } from "./config/edit.js"
import { addConfigExport } from "./config/export.js"
import { addConfigGet } from "./config/get.js"
import { addConfigImport } from "./config/import.js"
import { addConfigList } from "./config/list.js"
import { addConfigPatch } from "./config/patch.js"
import { addConfigRestore } from "./config/restore.js"
import { addConfigSet } from "./config/set.js"
import { addConfigVersions } from "./config/versions.js"

/** Adds `metricq config` and its subcommands: the configuration documents that the manager hands to the clients. */
export function addConfig(program: Command): void {
  const config = program.command("config").description("read and change the configurations of clients")

  for (const add of [addConfigList, addConfigGet, addConfigSet, addConfigEdit, addConfigPatch, addConfigDiff])
    add(config)
  for (const add of [addConfigVersions, addConfigRestore, addConfigApply, addConfigDelete]) add(config)
  for (const add of [addConfigExport, addConfigImport]) add(config)
  withExamples(config, [
    ["metricq config list", "who has a configuration"],
    ["metricq config edit source-sysinfo", "change one in your editor"],
    ["metricq config set source-lab lab.json --note 'two more sensors'", ""],
    ["metricq config export ./network", "all of them as files, for Git"],
    ["metricq config apply source-lab", "send it to the running client"],
  ])
}
