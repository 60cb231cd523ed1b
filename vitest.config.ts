/** Unit and golden tests: everything that needs no window. */
import { defineConfig } from 'vitest/config'
import { softwareGpu } from './test/software-gpu/environment.ts'

/** Instead of all others, where a packaged program is to be tested. */
const packaged = process.env['SOLSTICE_RELEASE']
  ? [
      {
        extends: true as const,
        test: { name: 'package', include: ['test/package/**/*.test.ts'], testTimeout: 600_000 },
      },
    ]
  : undefined

export default defineConfig({
  test: {
    // Tests say themselves where they try out other runtimes.
    env: { SOLSTICE_RUNTIME: 'onnxruntime-cpu', ORT_DISABLE_TELEMETRY: '1' },
    testTimeout: 60_000,
    projects: packaged ?? [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'src-main/**/*.test.ts',
            'src-renderer/**/*.test.ts',
            'test/{golden,integration}/**/*.test.ts',
            'build/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        // The loader of shared libraries reads its environment when a process starts.
        test: {
          name: 'software-gpu',
          include: ['test/software-gpu/**/*.test.ts'],
          pool: 'forks',
          env: softwareGpu(),
          testTimeout: 240_000,
        },
      },
    ],
  },
})
