/** Unit and golden tests: everything that needs no window. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Tests say themselves where they try out other runtimes.
    env: { SOLSTICE_RUNTIME: 'onnxruntime-cpu' },
    include: [
      'src-main/**/*.test.ts',
      'src-renderer/**/*.test.ts',
      'test/{golden,integration}/**/*.test.ts',
      'build/**/*.test.ts',
    ],
    testTimeout: 60_000,
  },
})
