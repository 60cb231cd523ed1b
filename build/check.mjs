/** `npm run check`: types, Svelte's types, linter, format. All of them run, and what failed is named at the end. */
import { join } from 'node:path'

import { ensureDependencies } from './setup/dependencies.mjs'
import { root } from './setup/paths.mjs'
import { run } from './setup/processes.mjs'
import { sayError, seconds } from './setup/say.mjs'

const checks = [
  { name: 'types', script: 'typescript/bin/tsc', args: ['-p', '.'] },
  { name: 'types of the end-to-end tests', script: 'typescript/bin/tsc', args: ['-p', 'test/e2e'] },
  {
    name: 'types of the window',
    script: 'svelte-check/bin/svelte-check',
    args: ['--tsconfig', 'src-renderer/tsconfig.json', '--fail-on-warnings'],
  },
  { name: 'linter', script: 'eslint/bin/eslint.js', args: ['--max-warnings=0', '.'] },
  { name: 'format', script: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
]

try {
  await ensureDependencies(root)
  const failed = []
  for (const { name, script, args } of checks) {
    const begun = Date.now()
    const { code } = await run(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    process.stdout.write(`${name}: ${code === 0 ? 'good' : 'failed'}, ${seconds(Date.now() - begun)}\n`)
    if (code !== 0) failed.push(name)
  }
  if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(', ')}\n`)
  process.exitCode = failed.length > 0 ? 1 : 0
} catch (error) {
  sayError(error)
  process.exitCode = 1
}
