/**
 * Zoom and pan, shared by all panes: a view is a scale and the point of the picture at the pane's centre, so that
 * panes of any size show the same place. Picture coordinates are pixels of the picture, pane coordinates CSS pixels.
 */

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface View {
  /** CSS pixels for each picture pixel, or as large as the pane allows. */
  readonly scale: number | 'fit'
  readonly centre: Point
}

/** Where the picture's top left corner lies in the pane, and how large it is drawn. */
export interface Placement {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** Room around a picture that fits its pane, in CSS pixels. */
export const fitMargin = 12
/** Small results are enlarged to fit, but not into a mosaic. */
const largestFit = 8
/** Device pixels for each picture pixel at the closest look. */
const closest = 16

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

export const centreOf = (image: Size): Point => ({ x: image.width / 2, y: image.height / 2 })

export const fitted = (image: Size): View => ({ scale: 'fit', centre: centreOf(image) })

export function fitScale(image: Size, pane: Size): number {
  const across = Math.max(1, pane.width - 2 * fitMargin) / Math.max(1, image.width)
  const down = Math.max(1, pane.height - 2 * fitMargin) / Math.max(1, image.height)
  return Math.min(across, down, largestFit)
}

export const scaleOf = (view: View, image: Size, pane: Size): number =>
  view.scale === 'fit' ? fitScale(image, pane) : view.scale

/** No empty space comes in while there is picture beyond the edge; a picture smaller than the pane is centred. */
function clampedCentre(centre: Point, scale: number, image: Size, pane: Size): Point {
  const along = (value: number, length: number, room: number): number => {
    const half = room / 2 / scale
    return length <= 2 * half ? length / 2 : clamp(value, half, length - half)
  }
  return {
    x: along(centre.x, image.width, pane.width),
    y: along(centre.y, image.height, pane.height),
  }
}

/** `deviceRatio` device pixels for each CSS pixel: the corner is put on a whole device pixel, so nothing blurs at 100 %. */
export function placement(view: View, image: Size, pane: Size, deviceRatio: number): Placement {
  const scale = scaleOf(view, image, pane)
  const centre = clampedCentre(view.centre, scale, image, pane)
  const whole = (value: number): number => Math.round(value * deviceRatio) / deviceRatio
  return {
    x: whole(pane.width / 2 - centre.x * scale),
    y: whole(pane.height / 2 - centre.y * scale),
    scale,
  }
}

/** Multiplies the scale by `factor` and keeps the picture's point under `point` (pane coordinates) where it is. */
export function zoomed(
  view: View,
  image: Size,
  pane: Size,
  deviceRatio: number,
  factor: number,
  point: Point,
): View {
  const fit = fitScale(image, pane)
  const from = scaleOf(view, image, pane)
  const smallest = Math.min(fit, 1 / deviceRatio)
  const scale = clamp(from * factor, smallest, Math.max(fit, closest / deviceRatio))
  if (Math.abs(scale / fit - 1) < 1e-3) return fitted(image)
  const centre = clampedCentre(view.centre, from, image, pane)
  const offset = { x: point.x - pane.width / 2, y: point.y - pane.height / 2 }
  const moved = {
    x: centre.x + offset.x / from - offset.x / scale,
    y: centre.y + offset.y / from - offset.y / scale,
  }
  return { scale, centre: clampedCentre(moved, scale, image, pane) }
}

/** One picture pixel on one device pixel, around `point`. */
export function actualSize(view: View, image: Size, pane: Size, deviceRatio: number, point: Point): View {
  const factor = 1 / deviceRatio / scaleOf(view, image, pane)
  return zoomed(view, image, pane, deviceRatio, factor, point)
}

/** The picture follows the pointer by `by` CSS pixels. */
export function panned(view: View, image: Size, pane: Size, by: Point): View {
  const scale = scaleOf(view, image, pane)
  const centre = clampedCentre(view.centre, scale, image, pane)
  const moved = { x: centre.x - by.x / scale, y: centre.y - by.y / scale }
  return { scale: view.scale, centre: clampedCentre(moved, scale, image, pane) }
}

/** Whether there is anything beyond the pane's edges. */
export function canPan(view: View, image: Size, pane: Size): boolean {
  const scale = scaleOf(view, image, pane)
  return image.width * scale > pane.width + 0.5 || image.height * scale > pane.height + 0.5
}

/** The part of the pane, from left to right, in which the picture is seen. */
export function visibleSpan(
  place: Placement,
  image: Size,
  pane: Size,
): { readonly left: number; readonly right: number } {
  const left = clamp(place.x, 0, pane.width)
  return { left, right: clamp(place.x + image.width * place.scale, left, pane.width) }
}

/** A wheel's turn as a factor; a pinch on a touch pad comes as small turns with Ctrl held. */
export function wheelFactor(deltaY: number, deltaMode: number, pinch: boolean): number {
  const pixels = deltaMode === 1 ? deltaY * 16 : deltaMode === 2 ? deltaY * 100 : deltaY
  return Math.exp(-clamp(pixels, -240, 240) * (pinch ? 0.01 : 0.002))
}

/** Columns in which `count` pictures of one shape come out largest. */
export function bestColumns(count: number, image: Size, area: Size): number {
  const size = (columns: number): number => {
    const rows = Math.ceil(count / columns)
    return Math.min(area.width / columns / image.width, area.height / rows / image.height)
  }
  const choices = Array.from({ length: count }, (_, index) => index + 1).filter((n) => count % n === 0)
  return choices.reduce((best, columns) => (size(columns) > size(best) * 1.02 ? columns : best), 1)
}
