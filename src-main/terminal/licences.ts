/** `solstice licences` and `solstice sbom`: what Solstice is made of, and under which licences. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Licences } from '../about/licences.ts'
import type { Component } from '../contract/about.ts'
import { Failure } from '../contract/errors.ts'
import { named } from './arguments.ts'
import { exitCodes, result, resultJson, say } from './console.ts'
import type { RunCommand, Services } from './services.ts'

const examples = `
Examples:
  solstice licences
  solstice licences sharp
  solstice licences --json > licences.json
  solstice sbom --out solstice.cdx.json`

export function addLicences(program: Command, run: RunCommand): void {
  program
    .command('licences')
    .summary('what Solstice is made of, and its licences')
    .description('Lists every part of Solstice with its licence, or prints the whole licence of one part.')
    .argument('[name]', 'a part, as the list names it')
    .option('--json', 'print one array, with the texts')
    .addHelpText('after', examples)
    .action((name: string | undefined, flags: { json?: true }) =>
      run((services) => licences(services, name, flags)),
    )

  program
    .command('sbom')
    .summary('the bill of materials')
    .description('Prints the software bill of materials: CycloneDX 1.6, JSON.')
    .option('--out <file>', 'write it to a file instead', named)
    .action((flags: { out?: string }) => run((services) => sbom(services, flags)))
}

async function licences(
  { program }: Services,
  name: string | undefined,
  { json }: { json?: true },
): Promise<number> {
  const all = new Licences(program.licences)
  const { own, components } = await all.list()
  const wanted = [own, ...components].filter((one) => name === undefined || isCalled(one, name))
  if (wanted.length === 0)
    throw new Failure('bad-request', undefined, `there is no part called ${name ?? ''}`)
  if (json) {
    const withTexts = wanted.map(async (component) => ({
      ...component,
      texts: await all.texts(component.id),
    }))
    resultJson(await Promise.all(withTexts))
  } else if (name === undefined) {
    for (const component of wanted) {
      result([component.name, component.version ?? '', component.licence].join('\t'))
    }
  } else {
    for (const component of wanted) await show(all, component)
  }
  return exitCodes.ok
}

const isCalled = (component: Component, name: string): boolean =>
  component.id === name || component.name.toLowerCase() === name.toLowerCase()

async function show(all: Licences, component: Component): Promise<void> {
  const { id, name, version, licence, homepage, copyright, note } = component
  result([name, ...(version === null ? [] : [version])].join(' '))
  result(licence)
  for (const line of [homepage, note?.en, ...copyright]) if (line) result(line)
  for (const text of await all.texts(id)) result(`\n${text}\n`)
}

async function sbom({ program }: Services, { out }: { out?: string }): Promise<number> {
  const all = new Licences(program.licences)
  if (out === undefined) {
    result((await all.bill()).trimEnd())
  } else {
    const file = resolve(out)
    await all.writeBill(file)
    say(`Written to ${file}.`)
  }
  return exitCodes.ok
}
