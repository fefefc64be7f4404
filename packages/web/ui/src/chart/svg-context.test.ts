import { expect, test } from "vitest"
import { Columns } from "./columns.js"
import { drawSeries } from "./draw-series.js"
import { SvgContext } from "./svg-context.js"

const context = () => new SvgContext((text) => text.length * 6)

test("rectangles of one colour become one path, and another colour begins another", () => {
  const svg = context()
  svg.fillStyle = "#123456"
  svg.fillRect(0, 0, 2, 3)
  svg.fillRect(2, 1.004, 2, 3)
  svg.globalAlpha = 0.2
  svg.fillRect(4, 0, 1, 1)
  expect(svg.document(10, 5)).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="10" height="5" viewBox="0 0 10 5">' +
      '<path d="M0 0h2v3h-2zM2 1h2v3h-2z" fill="#123456"/>' +
      '<path d="M4 0h1v1h-1z" fill="#123456" opacity="0.2"/></svg>\n',
  )
})

test("what is clipped and moved ends with its state, and texts say what they say", () => {
  const svg = context()
  svg.save()
  svg.transform(5, 6, 0.5)
  svg.rect(0, 0, 4, 4)
  svg.clip()
  svg.fillStyle = "red"
  svg.restore()
  svg.font = '600 10px "Inter", sans-serif'
  svg.textAlign = "center"
  svg.textBaseline = "middle"
  svg.fillText('<a> & "b"', 3, 4)
  const text = svg.document(1, 1)
  expect(text).toContain('<g transform="translate(5 6) scale(0.5)"><clipPath id="c1">')
  expect(text.match(/<g/g)).toHaveLength(text.match(/<\/g>/g)!.length)
  expect(text).toContain('<text x="3" y="7.5" text-anchor="middle" font-size="10"')
  expect(text).toContain(
    'font-family="&quot;Inter&quot;, sans-serif" font-weight="600" fill="#000">&lt;a&gt; &amp; &quot;b&quot;</text>',
  )
  expect(svg.measureText("abc").width).toBe(18)
})

test("a series is drawn as it is on a canvas: band, mean and dots", () => {
  const columns = new Columns()
  const tile = {
    ...{ t0: 0, rowMs: 10, raw: false, bytes: 0, receivedAt: 0, offsets: Float64Array.of(0, 10) },
    ...{ min: Float64Array.of(0, 2), mean: Float64Array.of(1, 3), max: Float64Array.of(2, 4) },
  }
  columns.fill(20, { from: 0, perMs: 1 }, [{ from: 0, to: 20, tile }], 100, 1)
  const svg = context()
  const panel = { unit: "W", title: "", top: 0, height: 100, series: [0] }
  const scale = { low: 0, high: 4, log: false }
  drawSeries(svg, columns, { panel, scale, ratio: 1, colour: "#0b7a75", faint: false })
  const paths = [...svg.document(20, 100).matchAll(/d="([^"]+)" fill="#0b7a75"( opacity="0.2")?/g)]
  expect(paths.map(([, path, isBand]) => [path, isBand !== undefined])).toEqual([
    ["M0 50h10v50h-10zM10 0h10v50h-10z", true],
    [expect.stringMatching(/^M0 75h10v1\.5h-10z/), false],
  ])
})
