/** The licences and the bill of materials of the built program, against what the build really has in it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { Licences } from '../../src-main/about/licences.ts'
import { cliFile, root } from './built.ts'
import { runTerminal } from './run-terminal.ts'

const built = join(cliFile, '../..')
const licences = new Licences(join(built, 'licences'))

/** What only a developer's machine has: TensorFlow and, for its tests, its plain JavaScript. */
const notPackaged = [
  ...Object.keys(manifest.optionalDependencies),
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
]
const fromNode = new Set(['electron', ...builtinModules])

/** The packages that the built programs load when they run. */
async function importedPackages(): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (const folder of ['main', 'preload']) {
    for (const file of await readdir(join(built, folder))) {
      if (!/\.c?js$/.test(file)) continue
      const text = await readFile(join(built, folder, file), 'utf8')
      for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
        if (/^[./]|^node:/.test(fileName) || fromNode.has(fileName)) continue
        names.add(fileName.split('/', fileName.startsWith('@') ? 2 : 1).join('/'))
      }
    }
  }
  return names
}

interface BillComponent {
  readonly 'bom-ref': string
  readonly name: string
  readonly version?: string
  readonly purl?: string
  readonly components?: readonly BillComponent[]
}
interface Bill {
  readonly metadata: { readonly component: BillComponent }
  readonly components: readonly BillComponent[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

const withParts = (components: readonly BillComponent[]): BillComponent[] =>
  components.flatMap((component) => [component, ...withParts(component.components ?? [])])

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-licences-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the list of licences', () => {
  it('has every package that the built programs import', async () => {
    const imported = await importedPackages()
    expect([...imported]).toEqual(expect.arrayContaining(['sharp', 'onnxruntime-node', 'commander']))
    const { components } = await licences.list()
    const listed = new Set(components.map(({ name }) => name))
    const missing = [...imported].filter((name) => !listed.has(name) && !notPackaged.includes(name))
    expect(missing).toEqual([])
  })

  it('has every package that is built into the window', async () => {
    const { components } = await licences.list()
    const window = components.filter(({ use }) => use === 'window').map(({ name }) => name)
    expect(window).toEqual(expect.arrayContaining(['svelte', 'uplot', '@lucide/svelte']))
    const listed = components.map(({ name }) => name)
    for (const script of await readdir(join(built, 'renderer/assets'))) {
      const text = await readFile(join(built, 'renderer/assets', script), 'utf8')
      // Where the bundler has left a word on where a piece comes from.
      for (const [, name = ''] of text.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)) {
        expect(listed).toContain(name)
      }
    }
  })

  it('has words for every part', async () => {
    const { own, components } = await licences.list()
    for (const { id } of [own, ...components]) {
      expect((await licences.texts(id)).join('').length, id).toBeGreaterThan(30)
    }
  })

  it('knows no part of another name, whatever it looks like', async () => {
    for (const id of ['../package.json', '__proto__', '']) {
      await expect(licences.texts(id)).rejects.toMatchObject({ code: 'bad-request' })
    }
  })

  it('is missing where the installation is not whole, and is said to be', async () => {
    const broken = new Licences(folder)
    await expect(broken.list()).rejects.toMatchObject({ code: 'file-not-found', subject: 'licences.json' })
    await expect(broken.bill()).rejects.toMatchObject({ code: 'file-not-found', subject: 'sbom.cdx.json' })
  })
})

describe('the bill of materials', () => {
  it('is valid CycloneDX 1.6', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
    expect(await validator.validate(await licences.bill())).toBeNull()
    expect(
      await validator.validate('{"bomFormat": "CycloneDX", "specVersion": "1.6", "parts": []}'),
    ).not.toBeNull()
  })

  it('has exactly the parts of the list, each reached from the program', async () => {
    const bill = JSON.parse(await licences.bill()) as Bill
    const { own, components } = await licences.list()
    const all = withParts(bill.components)
    expect(all.map((part) => part['bom-ref']).toSorted()).toEqual(components.map(({ id }) => id).toSorted())
    expect(bill.metadata.component).toMatchObject({ name: own.name, version: manifest.version })

    const needs = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))
    const reached = new Set<string>()
    const reach = (ref: string): void => {
      if (reached.has(ref)) return
      reached.add(ref)
      needs.get(ref)?.forEach(reach)
    }
    reach(bill.metadata.component['bom-ref'])
    for (const part of bill.components) expect(reached, part.name).toContain(part['bom-ref'])
  })
})

describe('in the terminal', () => {
  it('licences lists all parts, prints one, and refuses what there is not', async () => {
    const { own, components } = await licences.list()
    const list = await runTerminal(folder, ['licences'])
    expect(list.code).toBe(0)
    expect(list.stdout.trimEnd().split('\n')).toHaveLength(components.length + 1)
    expect(list.stdout.split('\n')[0]).toBe([own.name, own.version, own.licence].join('\t'))

    const sharp = await runTerminal(folder, ['licences', 'Sharp'])
    expect(sharp).toMatchObject({ code: 0 })
    expect(sharp.stdout).toMatch(/^sharp \d+\.\d+\.\d+\nApache-2\.0\n/)
    expect(sharp.stdout).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION')

    const none = await runTerminal(folder, ['licences', 'nothing'])
    expect(none).toMatchObject({ code: 2, stdout: '' })
    expect(none.stderr).toContain('nothing')

    const json = await runTerminal(folder, ['licences', 'zod', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject([
      { name: 'zod', licence: 'MIT', texts: [expect.any(String)] },
    ])
  })

  it('sbom prints it, or writes it to a file', async () => {
    const printed = await runTerminal(folder, ['sbom'])
    expect(printed).toMatchObject({ code: 0, stdout: await licences.bill() })
    const written = await runTerminal(folder, ['sbom', '--out', 'bill.json'])
    expect(written).toMatchObject({ code: 0, stdout: '' })
    expect(await readFile(join(folder, 'bill.json'), 'utf8')).toBe(printed.stdout)
    const nowhere = await runTerminal(folder, ['sbom', '--out', join(root, 'package.json', 'bill.json')])
    expect(nowhere).toMatchObject({ code: 1, stdout: '' })
    expect(nowhere.stderr).toContain('bill.json')
  })
})
