/** The linter's rules; those on imports hold the architecture of ARCHITECTURE.md. */
import { defineConfig } from 'eslint/config'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const services = [
  'about',
  'conversion',
  'evaluation',
  'export',
  'library',
  'models',
  'runtimes',
  'training',
  'updates',
]
const shells = ['electron.ts', 'app.ts', 'cli.ts', 'preload.ts', 'folders.ts', 'desktop', 'terminal']

/** @param {readonly string[]} names */
const inMain = (names) => names.map((name) => `./src-main/${name}`)

/** A folder that takes from src-main only what is named. */
const only = (
  /** @type {string | string[]} */ target,
  /** @type {string[]} */ allowed,
  /** @type {string} */ message,
) => ({ target, from: './src-main', except: allowed.map((name) => `./${name}`), message })

const zones = [
  // The contract is what both sides of the bridge share: it stands on nothing.
  only('./src-main/contract', ['contract'], 'The contract imports nothing but zod.'),
  // The window knows the contract; all else is on the other side of the bridge.
  only('./src-renderer', ['contract'], 'The window takes only from src-main/contract.'),
  only('./src-main/preload.ts', ['contract'], 'The bridge is the contract, nothing else.'),
  // A network is described once, as a graph; whatever runs graphs knows no network.
  only('./src-main/engine/graph', ['engine/graph'], 'A graph knows nothing of who builds or runs it.'),
  only(
    './src-main/engine/networks',
    ['engine/networks', 'engine/graph'],
    'Networks are made of graphs alone.',
  ),
  only(
    './src-main/engine/runtimes',
    ['engine/runtimes', 'engine/graph', 'engine/protocol.ts', 'engine/half.ts', 'contract/runtimes.ts'],
    'A runtime knows graphs and no network.',
  ),
  only(
    './src-main/engine/translate',
    [
      'engine/translate',
      'engine/networks',
      'engine/graph',
      'engine/runtimes/runtime.ts',
      'engine/runtimes/failures.ts',
      'engine/protocol.ts',
      'engine/half.ts',
      'engine/picture-parts.ts',
      'contract/heat-map.ts',
    ],
    'Translation knows networks, graphs and what a runtime is, not which.',
  ),
  only(
    './src-main/engine/train',
    [
      'engine/train',
      'engine/networks',
      'engine/graph',
      'engine/runtimes/runtime.ts',
      'engine/protocol.ts',
      'engine/random.ts',
    ],
    'Training knows networks, graphs and what a runtime is, not which.',
  ),
  // The engine computes; users, files and windows are others' business.
  {
    target: './src-main/engine',
    from: inMain([...services, ...shells, 'photos', 'storage']),
    message: 'The engine knows no service, no photo files, no window.',
  },
  {
    target: './src-main/engine/*.ts',
    from: './src-main/engine/testing',
    message: 'The program ships without what only tests need.',
  },
  // Photos are read and written without the engine; they share its form of pixels.
  only(
    './src-main/photos',
    ['photos', 'contract/errors.ts', 'engine/protocol.ts', 'outside-archive.ts'],
    'Photos are read without services.',
  ),
  // What long work of any kind needs of a disk; it knows none of the works.
  only(
    './src-main/storage',
    ['storage', 'contract/errors.ts', 'photos/failures.ts'],
    'Storage knows no service.',
  ),
  // Services ask the engine through its host.
  {
    target: inMain(services.filter((name) => name !== 'models')),
    from: './src-main/engine',
    except: ['./host.ts', './training-host.ts', './examination.ts', './protocol.ts', './random.ts'],
    message: 'Services reach the engine through its hosts.',
  },
  // A model's folder names its networks, so the shelf of models may read their descriptions.
  {
    target: './src-main/models',
    from: './src-main/engine',
    except: ['./host.ts', './protocol.ts', './networks'],
    message: 'Models reach the engine through engine/host, and its networks as descriptions.',
  },
  // Services do not know whether a window or a terminal asks.
  {
    target: inMain(services),
    from: inMain(shells),
    message: 'A service knows neither the window nor the terminal.',
  },
  {
    target: './src-main/desktop',
    from: './src-main/terminal',
    message: 'Window and terminal know only services.',
  },
  {
    target: './src-main/terminal',
    from: './src-main/desktop',
    message: 'Window and terminal know only services.',
  },
  { target: './src-main', from: './src-renderer', message: 'The window is loaded, not imported.' },
  {
    target: ['./src-main', './src-renderer'],
    from: ['./build', './test'],
    message: 'The app ships without its tools.',
  },
]

/** Native modules load in the process that needs them, when it does: the window opens before them. */
const native = [
  'sharp',
  'onnxruntime-node',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-core',
  'libheif-js',
  'exiftool-vendored',
  'electron-updater',
].map((name) => ({
  name,
  allowTypeImports: true,
  message: `Load it lazily: await import('${name}').`,
}))
const noElectron = {
  name: 'electron',
  message: 'Only the window side (app.ts, preload.ts, desktop/) knows Electron.',
}
const noNode = { group: ['node:*'], message: 'The window has no Node.' }

/**
 * @param {object[]} paths
 * @param {object[]} [patterns]
 * @returns {import('eslint').Linter.RulesRecord}
 */
const restricted = (paths, patterns = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
})

export default defineConfig(
  { ignores: ['out/', 'node_modules/', 'dist/', 'playwright-report/', 'coverage/'] },
  // What a rule says holds everywhere: no comment switches it off.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ noWarnOnMultipleProjects: true })],
    },
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/extensions': ['error', 'always', { ignorePackages: true, checkTypeImports: true }],
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'import-x/order': [
        'error',
        {
          groups: [
            ['builtin', 'external'],
            ['parent', 'sibling', 'index'],
          ],
        },
      ],
      // `typeof import('sharp')` is the type of what loads lazily.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Slow, and about what we do not write: enums, and classes that look like others.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // `[...text]` is how a text is taken apart by code points.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // An implementation of an asynchronous interface may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-constant-condition': 'error',
      'no-empty': 'error',
      'no-fallthrough': 'error',
      'no-loss-of-precision': 'error',
      'no-self-compare': 'error',
      'no-sparse-arrays': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-escape': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
    },
  },
  { files: ['src-main/**'], rules: restricted([...native, noElectron]) },
  {
    files: ['src-main/electron.ts', 'src-main/app.ts', 'src-main/preload.ts', 'src-main/desktop/**'],
    rules: restricted(native),
  },
  {
    files: ['src-main/contract/**'],
    ignores: ['**/*.test.ts'],
    rules: restricted(
      [],
      [{ regex: String.raw`^(?!zod$|\.{1,2}/)`, message: 'The contract imports nothing but zod.' }],
    ),
  },
  {
    files: ['src-renderer/**'],
    languageOptions: { globals: { ...globals.browser } },
  },
  {
    files: ['src-renderer/**'],
    ignores: ['**/*.test.ts'],
    rules: restricted([...native, noElectron], [noNode]),
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  // The linter sees imported components as `any`; svelte-check knows their types and checks these.
  {
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // A Map that nothing on the screen depends on is a plain one.
  { files: ['**/*.svelte', '**/*.svelte.ts'], rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
  // A test says what it expects, `!` and empty stand-ins included; it may reach past the doors it tests.
  {
    files: ['**/*.test.ts', 'test/**'],
    rules: {
      ...restricted([]),
      'import-x/no-restricted-paths': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  // Their readers want a default export.
  { files: ['*.config.ts', '*.config.mjs'], rules: { 'import-x/no-default-export': 'off' } },
  // Types stand in JSDoc, those of parsed JSON too; the compiler checks them.
  {
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
)
