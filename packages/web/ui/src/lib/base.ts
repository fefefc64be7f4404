/** Where the page lives: the path of `<base href>`, which the server sets to its prefix. Ends with a slash. */
export const basePath = new URL(document.baseURI).pathname.replace(/[^/]*$/, "")

/** Address of a path of ours, which has no leading slash: `href("metrics/a.b")`. */
export function href(path: string): string {
  return basePath + path
}
