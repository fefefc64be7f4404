import type { OpenApi, Operation, Parameter } from "./document.js"
import type { Schema } from "./schema-helpers.js"
import { boundsText, schemaText } from "./schema-text.js"

interface Entry {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/**
 * A document as a page that needs no script: headings, operations to unfold, and what they take and answer. `origin` is that of
 * its address, for examples; `base` the path of the page.
 */
export function docsPage(
  document: OpenApi,
  { origin, base }: { readonly origin: string; readonly base: string },
): string {
  const groups = document.tags.map((tag) => ({ ...tag, entries: entriesOf(document, tag.name) }))
  const root = document.servers[0]?.url ?? ""
  const home = root.slice(0, -"api/v1".length)
  const contents = groups.map(
    ({ name, entries }) =>
      `<li><a href="#${idOf(name)}">${escaped(name)}</a><ul>${entries.map(({ operation, method, path }) => `<li><a href="#${operation.operationId}">${badge(method)}<span>${escaped(path)}</span></a></li>`).join("")}</ul></li>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API · ${escaped(document.info.title)}</title>
<link rel="icon" href="${home}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<nav aria-label="Contents"><a class="home" href="${home}">${escaped(document.info.title)}</a><ul>${contents.join("")}</ul></nav>
<main id="content">
<h1>HTTP API</h1>
<p>${escaped(document.info.description)}</p>
<p>Version ${escaped(document.info.version)}, below <code>${escaped(root)}</code>. For programs: <a href="${root}/openapi.json">OpenAPI 3.1</a>.</p>
${groups.map((group) => groupHtml(group, `${origin}${root}`)).join("\n")}
<section aria-labelledby="schemas"><h2 id="schemas">Types</h2>
${Object.entries(document.components.schemas)
  .map(([name, schema]) => typeHtml(name, schema))
  .join("\n")}
</section>
</main>
</body>
</html>
`
}

function entriesOf({ paths }: OpenApi, tag: string): Entry[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { tags }]) => tags[0] === tag)
      .map(([method, operation]) => ({ method, path, operation })),
  )
}

function groupHtml(
  { name, description = "", entries }: { name: string; description?: string; entries: readonly Entry[] },
  root: string,
): string {
  return `<section aria-labelledby="${idOf(name)}"><h2 id="${idOf(name)}">${escaped(name)}</h2>
<p>${escaped(description)}</p>
${entries.map((entry) => operationHtml(entry, root)).join("\n")}</section>`
}

function operationHtml({ method, path, operation }: Entry, root: string): string {
  const { operationId, summary = "", description, parameters, requestBody, responses } = operation
  const parts = [
    // The target is within what is folded, so that a browser unfolds it for whoever follows a link.
    `<p id="${operationId}">${inlineCode(description ?? "")}</p>`,
    `<p class="needs">Needs: ${escaped(operation["x-needs"])}</p>`,
    parameters.length === 0 ? "" : parametersHtml(parameters),
    ...Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => contentHtml("Body", type, schema)),
    ...Object.entries(responses[200]?.content ?? {}).map(([type, { schema }]) => contentHtml("Answer", type, schema)),
    `<h4>Try it</h4><pre tabindex="0"><code>${escaped(curlOf(method, `${root}${path}`, operation))}</code></pre>`,
  ]
  return `<details><summary><h3>${badge(method)}<code>${escaped(path)}</code><span>${escaped(summary)}</span></h3></summary>
${parts.join("\n")}</details>`
}

function parametersHtml(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: where, required, description, schema }) => {
    const about = [description, boundsText(schema)].filter((part) => part !== undefined && part !== "")
    const place = where === "path" ? "in the address" : required ? "required" : ""
    return `<tr><th scope="row"><code>${escaped(name)}</code></th><td><code>${escaped(schemaText(schema))}</code></td><td>${escaped([place, ...about].filter((part) => part !== "").join(" · "))}</td></tr>`
  })
  return `<h4>Parameters</h4><table><tbody>${rows.join("")}</tbody></table>`
}

function contentHtml(title: string, type: string, schema: Schema | undefined): string {
  if (schema === undefined) return ""
  const text =
    type === "application/json" && schema.format !== "binary" ? schemaText(schema) : String(schema.description ?? "")
  return `<h4>${title} <code>${escaped(type)}</code></h4><pre tabindex="0"><code>${escaped(text)}</code></pre>`
}

function typeHtml(name: string, schema: Schema): string {
  const { description } = schema
  return `<h3 id="type-${escaped(name)}" class="type">${escaped(name)}</h3>${typeof description === "string" ? `<p>${escaped(description)}</p>` : ""}<pre tabindex="0"><code>${escaped(schemaText(schema))}</code></pre>`
}

function curlOf(method: string, path: string, { requestBody, parameters }: Operation): string {
  const body = requestBody?.content["application/json"]
  const hasBody = body !== undefined
  const verb = method === "get" || (method === "post" && hasBody) ? "" : ` -X ${method.toUpperCase()}`
  const query = parameters
    .filter(({ in: where, required }) => where === "query" && required)
    .map(({ name }) => `${name}=…`)
  const address =
    path.replace(/\{(\w+)\}/g, (_all, name: string) => name.toUpperCase()) +
    (query.length > 0 ? `?${query.join("&")}` : "")
  return `curl${verb} '${address}'${hasBody ? ` --json '${body.example === undefined ? "{…}" : JSON.stringify(body.example)}'` : ""}`
}

function badge(method: string): string {
  return `<b class="method ${method}">${method.toUpperCase()}</b>`
}

function idOf(tag: string): string {
  return `tag-${tag.replace(/[^\w-]+/g, "-")}`
}

function inlineCode(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>")
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}
