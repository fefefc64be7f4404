#!/usr/bin/env node
/**
 * Fails when an arrow between packages runs back, when a package reaches into another past its front door,
 * when files of one package import each other in a circle, or when an import is not declared in its package.json.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { folderOf, layers, testLayers } from "./layers.mjs"

const IMPORT = /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm
const builtins = new Set(builtinModules)
const problems = []

for (const folder of Object.keys(layers)) checkPackage(folder)

if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  console.error(`check-layers: ${problems.length} problem${problems.length === 1 ? "" : "s"}`)
  process.exit(1)
}
console.log("check-layers: every arrow runs one way")

function checkPackage(folder) {
  const root = join("packages", folder)
  const src = join(root, "src")
  if (!existsSync(src)) return
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const declared = Object.keys({ ...dependencies, ...peerDependencies })
  const graph = new Map()
  for (const file of sourceFiles(src)) {
    const isTest = /\.test\.ts$|\/testing\//.test(file)
    const local = []
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith(".")) local.push(resolve(dirname(file), specifier).replace(/\.js$/, ".ts"))
      else checkArrow({ file, folder, specifier, isTest, declared })
    }
    for (const target of local) {
      if (relative(src, target).startsWith("..")) problems.push(`${file}: reaches out of its package to ${target}`)
    }
    if (!isTest) graph.set(resolve(file), local)
  }
  for (const circle of circlesOf(graph)) {
    problems.push(`${folder}: circle ${circle.map((file) => relative(src, file)).join(" → ")}`)
  }
}

function checkArrow({ file, folder, specifier, isTest, declared }) {
  const target = folderOf(specifier)
  if (target !== undefined) {
    if (target === folder) {
      problems.push(`${file}: imports its own package by name`)
    } else if (!layers[folder].includes(target) && !(isTest && testLayers.includes(target))) {
      problems.push(`${file}: ${folder} must not import ${target}`)
    }
    if (!/^(@metricq\/)?[^/]+$/.test(specifier)) problems.push(`${file}: ${specifier} goes past the front door`)
  }
  if (isTest || specifier.startsWith("node:")) return
  if (builtins.has(specifier)) {
    problems.push(`${file}: write node:${specifier}`)
    return
  }
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
  if (target !== folder && !declared.includes(name)) problems.push(`${file}: ${name} is not declared in package.json`)
}

function importsOf(file) {
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) => match[1] ?? match[2])
}

function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Circles of the import graph, one for each closing arrow that a depth-first walk meets. */
function* circlesOf(graph) {
  const done = new Set()
  const path = []
  function* walk(file) {
    if (done.has(file)) return
    const at = path.indexOf(file)
    if (at >= 0) {
      yield [...path.slice(at), file]
      return
    }
    path.push(file)
    for (const next of graph.get(file) ?? []) yield* walk(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) yield* walk(file)
}
