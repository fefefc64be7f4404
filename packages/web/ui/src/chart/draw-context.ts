/** What drawing needs of a canvas, so that a picture of lines can take its place. */
export type DrawContext = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "globalAlpha"
  | "save"
  | "restore"
  | "beginPath"
  | "rect"
  | "roundRect"
  | "clip"
  | "moveTo"
  | "lineTo"
  | "stroke"
  | "fill"
  | "fillRect"
  | "fillText"
  | "measureText"
>
