/** What each finding means and what to do about it, in each language; window and terminal print the same. */
import type { Locale } from './schemas.ts'
import type { FindingKind, FindingOf, Finding, Side } from './training-findings.ts'

export interface FindingText {
  readonly problem: string
  readonly advice: string
}

type Sentences = { readonly [Kind in FindingKind]: (finding: FindingOf<Kind>) => FindingText }

const folders: Readonly<Record<Locale, Readonly<Record<Side, string>>>> = {
  en: { a: 'Folder A', b: 'Folder B' },
  ru: { a: 'Папка A', b: 'Папка B' },
}

const english = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const russian = new Intl.NumberFormat('ru', { maximumFractionDigits: 1 })
const russianPlurals = new Intl.PluralRules('ru')

const pictures = (count: number): string => `${english.format(count)} ${count === 1 ? 'picture' : 'pictures'}`
const be = (count: number): string => (count === 1 ? 'is' : 'are')
/** “3 of 12 pictures are” */
const someAre = (some: number, all: number): string =>
  `${english.format(some)} of ${pictures(all)} ${be(some)}`

/** «1 снимок», «2 снимка», «5 снимков» */
function shots(count: number): string {
  const forms: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'снимок', few: 'снимка' }
  return `${russian.format(count)} ${forms[russianPlurals.select(count)] ?? 'снимков'}`
}

const outOf100 = (share: number): number => Math.floor(share * 100)

const en: Sentences = {
  'no-pictures': ({ side }) => ({
    problem: `${folders.en[side]} holds no pictures that Solstice reads.`,
    advice: 'Choose a folder with JPEG, HEIC, TIFF, PNG, WebP, AVIF or GIF files.',
  }),
  unreadable: ({ side, numbers: { unreadable, pictures: all } }) => ({
    problem: `${folders.en[side]}: ${english.format(unreadable)} of ${pictures(all)} cannot be read.`,
    advice: 'The training leaves them out. Copy them again from their source, or remove them.',
  }),
  'smaller-than-crop': ({ side, numbers: { smaller, pictures: all, crop } }) => ({
    problem: `${folders.en[side]}: ${someAre(smaller, all)} too small for a crop of ${crop} pixels, once scaled.`,
    advice: 'The training leaves them out. Choose a smaller crop, or scale by the short side.',
  }),
  enlarged: ({ side, numbers: { enlarged, pictures: all, factor } }) => ({
    problem: `${folders.en[side]}: ${someAre(enlarged, all)} smaller than the size chosen for training, and would be enlarged (up to ${english.format(factor)} times).`,
    advice: 'Enlarged pictures teach blur. Replace them by larger ones, or train with a smaller size.',
  }),
  copies: ({ side, severity, numbers: { copies, exact, different } }) => ({
    problem: `${folders.en[side]}: ${pictures(copies)} ${be(copies)} nearly the same as another one${exact === 0 ? '' : ` (${english.format(exact)} exactly)`}; that leaves ${english.format(different)}.`,
    advice:
      severity === 'info'
        ? 'So few do little harm; better still, keep one of each.'
        : 'What repeats counts double and adds little. Keep the best of each series.',
  }),
  'in-both-folders': ({ numbers: { shared, exact, share } }) => ({
    problem: `${pictures(shared)} of folder A ${be(shared)} in folder B, too${exact === 0 ? '' : ` (${english.format(exact)} exactly)`}: ${percent(share, 'en')} of the smaller folder.`,
    advice:
      'A picture cannot be an example of both sides. Remove it from the side where it does not belong; where there are many, see whether one folder was chosen twice or lies within the other.',
  }),
  'too-few': ({ side, severity, numbers: { different, wanted } }) => ({
    problem: `${folders.en[side]} has ${pictures(different)} to learn from${severity === 'stop' ? `; training takes at least ${wanted}.` : `; ${wanted} and more are better.`}`,
    advice:
      severity === 'stop'
        ? 'Add more pictures.'
        : severity === 'warn'
          ? 'So few are soon known by heart. Add more, turn on augmentation, and start from a style that exists rather than from scratch.'
          : 'Enough to begin with. Augmentation helps, and so does starting from a style that exists.',
  }),
  'some-grey': ({ side, severity, numbers: { grey, pictures: all } }) => ({
    problem: `${folders.en[side]}: ${someAre(grey, all)} black and white.`,
    advice:
      severity === 'info'
        ? 'So few do little harm; remove them where they were not meant.'
        : 'Among pictures in colour they teach the style to take colour away. Remove them unless you want that.',
  }),
  'grey-against-colour': ({ numbers: { greyA } }) => ({
    problem: `Folder ${greyA > 0.5 ? 'A' : 'B'} is black and white, folder ${greyA > 0.5 ? 'B' : 'A'} is in colour.`,
    advice:
      'Taking colour away needs no training, and putting it on is a guess that the way back cannot check. Choose folders that are both in colour.',
  }),
  'brightness-tells': ({ numbers: { told, brightnessA, brightnessB } }) => ({
    problem: `Folder ${brightnessA < brightnessB ? 'A' : 'B'} is so much darker that brightness alone tells the sides apart (right in ${outOf100(told)} of 100 pairs; mean ${percent(brightnessA, 'en')} against ${percent(brightnessB, 'en')}).`,
    advice:
      'Right for day and night; expect that the style learns brightness first and details late. For anything else choose pictures taken in similar light.',
  }),
  'colour-tells': ({ numbers: { told } }) => ({
    problem: `Colour alone tells the sides apart (right in ${outOf100(told)} of 100 pairs).`,
    advice:
      'The training may settle for a tint over everything. If you want more than that, choose pictures whose colours overlap.',
  }),
  'hard-to-tell': ({ numbers: { told } }) => ({
    problem: `By light, colour and texture the sides can hardly be told apart (right in ${outOf100(told)} of 100 pairs, and guessing gives 50).`,
    advice:
      'CycleGAN changes these and not shapes, so it may find nothing to change. Check that the pictures are sorted into the right folders.',
  }),
}

const ru: Sentences = {
  'no-pictures': ({ side }) => ({
    problem: `${folders.ru[side]}: нет изображений, которые Solstice читает.`,
    advice: 'Выберите папку с файлами JPEG, HEIC, TIFF, PNG, WebP, AVIF или GIF.',
  }),
  unreadable: ({ side, numbers: { unreadable, pictures: all } }) => ({
    problem: `${folders.ru[side]}: не удалось прочитать ${shots(unreadable)} из ${russian.format(all)}.`,
    advice: 'При обучении они пропускаются. Скопируйте их заново из источника или уберите.',
  }),
  'smaller-than-crop': ({ side, numbers: { smaller, pictures: all, crop } }) => ({
    problem: `${folders.ru[side]}: ${shots(smaller)} из ${russian.format(all)} после масштабирования меньше фрагмента ${crop} × ${crop}.`,
    advice: 'При обучении они пропускаются. Выберите фрагмент поменьше или масштаб по короткой стороне.',
  }),
  enlarged: ({ side, numbers: { enlarged, pictures: all, factor } }) => ({
    problem: `${folders.ru[side]}: ${shots(enlarged)} из ${russian.format(all)} меньше размера, выбранного для обучения; их пришлось бы увеличить (до ${russian.format(factor)}×).`,
    advice: 'Увеличенные снимки учат размытости. Замените их более крупными или выберите меньший размер.',
  }),
  copies: ({ side, severity, numbers: { copies, exact, different } }) => ({
    problem: `${folders.ru[side]}: почти одинаковых с другими — ${shots(copies)}${exact === 0 ? '' : ` (точных копий: ${russian.format(exact)})`}; без них остаётся ${russian.format(different)}.`,
    advice:
      severity === 'info'
        ? 'Такое количество не повредит, но лучше оставить по одному.'
        : 'Повторы учитываются дважды и почти ничего не добавляют. Оставьте из каждой серии лучший снимок.',
  }),
  'in-both-folders': ({ numbers: { shared, exact, share } }) => ({
    problem: `${shots(shared)} из папки A есть и в папке B${exact === 0 ? '' : ` (точных копий: ${russian.format(exact)})`}: ${percent(share, 'ru')} меньшей папки.`,
    advice:
      'Снимок не может быть примером обеих сторон. Уберите его оттуда, где он лишний; если их много, проверьте, не выбрана ли одна папка дважды и не лежит ли одна внутри другой.',
  }),
  'too-few': ({ side, severity, numbers: { different, wanted } }) => ({
    problem: `${folders.ru[side]}: для обучения есть ${shots(different)}, ${severity === 'stop' ? `а нужно не меньше ${wanted}.` : `а лучше ${wanted} и больше.`}`,
    advice:
      severity === 'stop'
        ? 'Добавьте снимки.'
        : severity === 'warn'
          ? 'Такой набор быстро заучивается наизусть. Добавьте снимки, включите аугментацию и начните с готового стиля, а не с нуля.'
          : 'Для начала хватит. Помогут аугментация и обучение от готового стиля.',
  }),
  'some-grey': ({ side, severity, numbers: { grey, pictures: all } }) => ({
    problem: `${folders.ru[side]}: чёрно-белых — ${shots(grey)} из ${russian.format(all)}.`,
    advice:
      severity === 'info'
        ? 'Такое количество не повредит; уберите их, если они попали сюда случайно.'
        : 'Среди цветных они учат стиль убирать цвет. Уберите их, если вы этого не хотите.',
  }),
  'grey-against-colour': ({ numbers: { greyA } }) => ({
    problem: `Папка ${greyA > 0.5 ? 'A' : 'B'} чёрно-белая, папка ${greyA > 0.5 ? 'B' : 'A'} цветная.`,
    advice:
      'Убрать цвет можно и без обучения, а вернуть его — догадка, которую обратный путь не проверит. Выберите две цветные папки.',
  }),
  'brightness-tells': ({ numbers: { told, brightnessA, brightnessB } }) => ({
    problem: `Папка ${brightnessA < brightnessB ? 'A' : 'B'} настолько темнее, что стороны различимы по одной яркости (верно в ${outOf100(told)} из 100 пар; в среднем ${percent(brightnessA, 'ru')} и ${percent(brightnessB, 'ru')}).`,
    advice:
      'Для дня и ночи так и должно быть: стиль сначала выучит яркость, детали позже. В остальных случаях выберите снимки при похожем свете.',
  }),
  'colour-tells': ({ numbers: { told } }) => ({
    problem: `Стороны различимы по одному цвету (верно в ${outOf100(told)} из 100 пар).`,
    advice:
      'Обучение может остановиться на общем оттенке. Если нужно больше, выберите снимки с похожими цветами.',
  }),
  'hard-to-tell': ({ numbers: { told } }) => ({
    problem: `По свету, цвету и фактуре стороны почти неразличимы (верно в ${outOf100(told)} из 100 пар, а наугад — в 50).`,
    advice:
      'CycleGAN меняет именно их, а не форму, поэтому менять может оказаться нечего. Проверьте, по тем ли папкам разложены снимки.',
  }),
}

const sentences: Readonly<Record<Locale, Sentences>> = { en, ru }

const percent = (share: number, locale: Locale): string => share.toLocaleString(locale, { style: 'percent' })

/** What was found, and what to do about it. */
export function findingText(finding: Finding, locale: Locale): FindingText {
  // The table pairs each kind with its own sentence, which TypeScript does not follow through a union.
  const say = sentences[locale][finding.kind] as (finding: Finding) => FindingText
  return say(finding)
}
