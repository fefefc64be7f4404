/** Where in a document something is: keys and indexes from the top. */
export type DocumentPath = readonly (string | number)[]

/** A path as people write it: `hosts[0].metrics["a.b"].unit`; `configuration` for the document itself. */
export function pathText(path: DocumentPath): string {
  let text = ""
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`
    else if (/^[\w-]+$/.test(part)) text += text === "" ? part : `.${part}`
    else text += `[${JSON.stringify(part)}]`
  }
  return text === "" ? "configuration" : text
}
