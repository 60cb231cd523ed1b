/** What the runtimes are called, and what is said when one fails, in each language; window and terminal say the same. */
import type { Fallback, RuntimeName } from './runtimes.ts'
import type { Locale } from './schemas.ts'

const names: Readonly<Record<RuntimeName, Readonly<Record<Locale, string>>>> = {
  'onnxruntime-cpu': { en: 'Processor', ru: 'Процессор' },
  'onnxruntime-webgpu': { en: 'Graphics card (WebGPU)', ru: 'Видеокарта (WebGPU)' },
  'onnxruntime-directml': { en: 'Graphics card (DirectML)', ru: 'Видеокарта (DirectML)' },
  'onnxruntime-coreml': { en: 'Apple chip (Core ML)', ru: 'Чип Apple (Core ML)' },
  'onnxruntime-cuda': { en: 'NVIDIA card (CUDA)', ru: 'Видеокарта NVIDIA (CUDA)' },
  'tensorflow-gpu': { en: 'NVIDIA card (TensorFlow)', ru: 'Видеокарта NVIDIA (TensorFlow)' },
}

export const runtimeText = (name: RuntimeName, locale: Locale): string => names[name][locale]

/** One sentence, without the technical reason. */
export function fallbackText({ from, to, lasting }: Fallback, locale: Locale): string {
  const [failed, next] = [runtimeText(from, locale), inSentence(runtimeText(to, locale))]
  if (locale === 'ru') {
    return lasting
      ? `${failed}: произошёл сбой. Дальше считает ${next}, ничего не потеряно.`
      : `${failed}: для этой фотографии не хватило памяти, поэтому её обрабатывает ${next}.`
  }
  return lasting
    ? `The ${inSentence(failed)} failed. The ${next} goes on with the work; nothing is lost.`
    : `The ${inSentence(failed)} has too little memory for this photo, so the ${next} has computed it.`
}

/** A name that is written in capitals stays so. */
function inSentence(name: string): string {
  return /^(?:Apple|NVIDIA)/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1)
}
