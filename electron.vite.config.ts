/**
 * The build. Main: every program that runs in Node, as ES modules, packages left in node_modules. Preload: one
 * CommonJS file with all it needs, as the sandbox wants it. Renderer: the window.
 * Targets are those of the older of the two Electrons that the app runs in (33: Node 20.18, Chromium 130).
 */
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { collectLicences } from './build/licences/plugin.mjs'

const root = import.meta.dirname

const bundledPackages = ['env-paths', 'p-queue', 'write-file-atomic', 'yauzl', 'zod']

export default defineConfig({
  main: {
    plugins: [collectLicences('main', root)],
    build: {
      outDir: 'out',
      emptyOutDir: false,
      target: 'node20.18',
      sourcemap: true,
      minify: false,
      // Beside what package.json has under `dependencies`. All but the first are for tests, golden cases and benches.
      externalizeDeps: {
        include: [
          '@tensorflow/tfjs-node-gpu',
          '@tensorflow/tfjs-core',
          '@tensorflow/tfjs-backend-cpu',
          '@playwright/test',
        ],
        // Small, of many files, and needed before there is a window: one file is read and compiled sooner than a hundred.
        exclude: bundledPackages,
      },
      rolldownOptions: {
        input: {
          'main/electron': 'src-main/electron.ts',
          'main/cli': 'src-main/cli.ts',
          'main/worker': 'src-main/engine/worker.ts',
          'test/bench': 'test/bench/bench.ts',
          'test/fake-engine': 'test/fakes/fake-engine.ts',
          'test/golden': 'test/golden/golden.ts',
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          // Beside the programs: `import.meta.dirname` is out/main in all that they share.
          chunkFileNames: 'main/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    plugins: [collectLicences('preload', root)],
    build: {
      outDir: 'out/preload',
      target: 'node20.18',
      externalizeDeps: false,
      minify: false,
      rolldownOptions: {
        input: 'src-main/preload.ts',
        output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [svelte(), collectLicences('renderer', root)],
    build: {
      outDir: 'out/renderer',
      target: 'chrome130',
      // Half as much to read and to compile before the window shows anything.
      minify: true,
      modulePreload: { polyfill: false },
      // Everything in files: the window's content security policy allows no data URLs for scripts and fonts.
      assetsInlineLimit: 0,
      rolldownOptions: { input: 'src-renderer/index.html' },
    },
  },
})
