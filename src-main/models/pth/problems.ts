/** What a checkpoint can be told off for. */
import { Failure } from '../../contract/errors.ts'

/** The file contradicts itself or ends too early. */
export const damaged = (file: string, detail: string, options?: ErrorOptions): Failure =>
  new Failure('checkpoint-damaged', file, detail, options)

/** The file is well formed and asks for something that a state dict of tensors does not need. */
export const refused = (file: string, detail: string): Failure =>
  new Failure('checkpoint-refused', file, detail)

/** Text out of the file, fit to be shown: short and without control characters. */
export function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable
}
