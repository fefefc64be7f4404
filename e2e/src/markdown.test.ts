import { expect, test } from "vitest"
import { anchors, codeBlocks, codeSpans, links } from "./markdown.js"

const text = `# A page: \`x\` & more

\`\`\`ts title="a.ts" in="Sink"
one()
  two()
\`\`\`

- a list with [a link](b.md#there)

  ~~~sh
  npm test
  \`not a span\`
  ~~~

and \`a span\`.
`

test("code blocks have their language, attributes, line and code", () => {
  expect(codeBlocks("p.md", text)).toEqual([
    { file: "p.md", line: 4, language: "ts", attributes: { title: "a.ts", in: "Sink" }, code: "one()\n  two()\n" },
    { file: "p.md", line: 11, language: "sh", attributes: {}, code: "npm test\n`not a span`\n" },
  ])
})

test("a block without an end is an error that says where", () => {
  expect(() => codeBlocks("p.md", "\n```ts\nx")).toThrow("p.md:2: this code block has no end")
})

test("spans and links are found outside of blocks only, headings as anchors", () => {
  expect(codeSpans(text)).toEqual(["x", "a span"])
  expect(links(text)).toEqual(["b.md#there"])
  expect(anchors(text)).toEqual(new Set(["a-page-x--more"]))
})
