/** How the compare room looks at a photo: the mode, one zoom and place for all panes, the divider, the strength. */
import { SvelteMap } from 'svelte/reactivity'
import { devicePixelRatio } from 'svelte/reactivity/window'
import {
  actualSize,
  canPan,
  fitted,
  panned,
  placement,
  scaleOf,
  zoomed,
  type Placement,
  type Point,
  type Size,
  type View,
} from './viewport.ts'

export type Mode = 'slider' | 'beside' | 'cycle'

class Look {
  #mode = $state<Mode>('slider')
  #image = $state.raw<Size>({ width: 1, height: 1 })
  #pane = $state.raw<Size>({ width: 1, height: 1 })
  #view = $state.raw<View>(fitted({ width: 1, height: 1 }))
  #split = $state(0.5)
  #peeking = $state(false)
  /** By conversion; 1 where the user has set none. */
  readonly #strengths = new SvelteMap<string, number>()
  readonly #ratio: number = $derived(devicePixelRatio.current ?? 1)
  readonly canPan: boolean = $derived(canPan(this.#view, this.#image, this.#pane))
  /** Screen pixels for each picture pixel. */
  readonly zoom: number = $derived(scaleOf(this.#view, this.#image, this.#pane) * this.#ratio)
  readonly fits: boolean = $derived(this.#view.scale === 'fit')

  get mode(): Mode {
    return this.#mode
  }

  get image(): Size {
    return this.#image
  }

  /** The divider's place, as a share of the visible picture from its left edge. */
  get split(): number {
    return this.#split
  }

  /** While true the photo before is shown everywhere. */
  get peeking(): boolean {
    return this.#peeking
  }

  setMode(mode: Mode): void {
    this.#mode = mode
  }

  peek(on: boolean): void {
    this.#peeking = on
  }

  moveSplit(split: number): void {
    this.#split = Math.min(1, Math.max(0, split))
  }

  strength(conversionId: string): number {
    return this.#strengths.get(conversionId) ?? 1
  }

  setStrength(conversionId: string, strength: number): void {
    this.#strengths.set(conversionId, strength)
  }

  /** Another picture; one of the same size is looked at where the last one was. */
  showImage(image: Size, samePhoto: boolean): void {
    const sameSize = image.width === this.#image.width && image.height === this.#image.height
    this.#image = image
    if (!samePhoto || !sameSize) this.#view = fitted(image)
  }

  /** All panes of a mode are equally large; each says how large it is. */
  resize(pane: Size): void {
    this.#pane = pane
  }

  place(pane: Size): Placement {
    return placement(this.#view, this.#image, pane, this.#ratio)
  }

  /** Around `point` in the pane, or around its middle. */
  zoomBy(factor: number, point: Point = this.#middle()): void {
    this.#view = zoomed(this.#view, this.#image, this.#pane, this.#ratio, factor, point)
  }

  fit(): void {
    this.#view = fitted(this.#image)
  }

  actual(point: Point = this.#middle()): void {
    this.#view = actualSize(this.#view, this.#image, this.#pane, this.#ratio, point)
  }

  toggleZoom(point: Point): void {
    if (this.fits) this.actual(point)
    else this.fit()
  }

  panBy(by: Point): void {
    this.#view = panned(this.#view, this.#image, this.#pane, by)
  }

  #middle(): Point {
    return { x: this.#pane.width / 2, y: this.#pane.height / 2 }
  }
}

export const look = new Look()
