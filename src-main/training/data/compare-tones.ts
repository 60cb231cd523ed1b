/** Whether light, colour and texture tell two folders apart too easily for a task, or not at all. */
import type { FindingOf } from '../../contract/training-findings.ts'
import { orderedShare, tellApart } from './tell-apart.ts'
import type { Tone } from './tone.ts'

type ToneFinding = FindingOf<'grey-against-colour' | 'brightness-tells' | 'colour-tells' | 'hard-to-tell'>

/** Fewer a side say nothing about brightness and colour. */
const enoughForLight = 20
/** With so many, the share by guessing stays below 0.58 in 19 of 20 cases (Hanley and McNeil 1982: deviation 0.041). */
const enoughForAll = 100
/**
 * Measured on ../shared/data, share of pairs told apart by brightness, by colour, by all together: summer and winter
 * 0.57, 0.76, 0.80; photographs and Monet 0.75, 0.70, 0.85, and Van Gogh 0.69, 0.89, 0.94; day and night 0.998, 0.93,
 * 1.00; the halves of any one folder at most 0.57, 0.56, 0.58.
 */
const told = { byBrightness: 0.95, byColour: 0.98, byNothing: 0.62 } as const
/** Shares of grey pictures that are so far apart make the task one of colour alone. */
const greyGap = 0.8

export function compareTones(a: readonly Tone[], b: readonly Tone[]): readonly ToneFinding[] {
  if (Math.min(a.length, b.length) === 0) return []
  const [greyA, greyB] = [shareOfGrey(a), shareOfGrey(b)]
  const findings: ToneFinding[] = []
  if (Math.abs(greyA - greyB) >= greyGap) {
    findings.push({ ...aboutBoth('warn'), kind: 'grey-against-colour', numbers: { greyA, greyB } })
  }
  if (Math.min(a.length, b.length) < enoughForLight) return findings

  const byBrightness = eitherWay(orderedShare(a.map(brightnessOf), b.map(brightnessOf)))
  if (byBrightness >= told.byBrightness) {
    const numbers = {
      told: byBrightness,
      brightnessA: mean(a.map(brightnessOf)),
      brightnessB: mean(b.map(brightnessOf)),
    }
    findings.push({ ...aboutBoth('warn'), kind: 'brightness-tells', numbers })
  }
  const byColour = atLeastGuessing(tellApart(a.map(coloursOf), b.map(coloursOf)))
  if (findings.every(({ kind }) => kind !== 'grey-against-colour') && byColour >= told.byColour) {
    findings.push({ ...aboutBoth('warn'), kind: 'colour-tells', numbers: { told: byColour } })
  }
  if (Math.min(a.length, b.length) < enoughForAll) return findings

  const byAll = atLeastGuessing(tellApart(a.map(allOf), b.map(allOf)))
  if (byAll < told.byNothing) {
    findings.push({ ...aboutBoth('warn'), kind: 'hard-to-tell', numbers: { told: byAll } })
  }
  return findings
}

const aboutBoth = <Severity>(severity: Severity) => ({ severity, side: null, count: 0, files: [] })

const brightnessOf = ({ brightness }: Tone): number => brightness
const coloursOf = ({ chroma, colourfulness }: Tone): readonly number[] => [...chroma, colourfulness]
const allOf = (tone: Tone): readonly number[] => [...tone.luma, ...coloursOf(tone), ...tone.textures]

/** A rule that is always wrong is a good one, turned round… */
const eitherWay = (share: number): number => Math.max(share, 1 - share)
/** …unless it was judged on what it had not seen: then it is guessing. */
const atLeastGuessing = (share: number): number => Math.max(share, 0.5)

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const shareOfGrey = (tones: readonly Tone[]): number => mean(tones.map(({ isGrey }) => (isGrey ? 1 : 0)))
