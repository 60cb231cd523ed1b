/** exiftool's process: started when it is first needed, and given up where it does not start. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ExifTool } from 'exiftool-vendored'
import { Failure } from '../contract/errors.ts'
import { outsideArchive } from '../outside-archive.ts'

/** So many starts in a row may fail before it is given up. Its library would try for ever, and its work would wait. */
const mostFailedStarts = 3

/** Seen from the built files in `out/main`, and from here. */
const configFile = outsideArchive(join(import.meta.dirname, '../../build/exiftool/config.pl'))

/** So that it ends with a program that is killed. Windows has no such alarm. */
const withConfig =
  process.platform === 'win32'
    ? {}
    : { exiftoolArgs: ['-config', configFile, '-stay_open', 'True', '-@', '-'] }

interface Started {
  readonly tool: ExifTool
  /** With the reason. */
  readonly givenUp: AbortSignal
}

let running: Started | undefined

/** Throws what `use` throws, and where exiftool does not start; whoever comes then tries anew. */
export async function withExifTool<T>(use: (tool: ExifTool) => Promise<T>): Promise<T> {
  const { tool, givenUp } = (running ??= start())
  // No race with a promise that lives as long as exiftool: it would keep every result.
  let onGivenUp = (): void => undefined
  const failing = new Promise<never>((_resolve, reject) => {
    onGivenUp = () => reject(Failure.from(givenUp.reason))
    givenUp.addEventListener('abort', onGivenUp)
  })
  try {
    return await Promise.race([use(tool), failing])
  } finally {
    givenUp.removeEventListener('abort', onGivenUp)
  }
}

function start(): Started {
  const { ExifTool } = loadLibrary()
  const options = { maxProcs: 1, useMWG: false, taskRetries: 0, ...withConfig }
  // Only for the way in which it starts exiftool.
  const usual = new ExifTool(options)
  void usual.end(false)
  const tool = new ExifTool({
    ...options,
    processFactory: async () => {
      const child = await usual.options.processFactory()
      // What cannot be executed is told as a failed start as well; unheard, it would end the program.
      child.on('error', () => undefined)
      return child
    },
  })
  const givingUp = new AbortController()
  let spawnedAtLastResult = 0
  tool.on('taskResolved', () => (spawnedAtLastResult = tool.spawnedProcs))
  const failed = (reason: unknown): void => {
    if (tool.spawnedProcs - spawnedAtLastResult < mostFailedStarts) return
    if (running?.tool === tool) running = undefined
    givingUp.abort(reason)
    void tool.end(false)
  }
  tool.on('startError', failed)
  // One that dies before it has answered is told as nothing else.
  tool.on('childEnd', (child, reason) => {
    if (child.starting) failed(reason)
  })
  return { tool, givenUp: givingUp.signal }
}

/** By `require`: imported from Electron's archive it never comes to an end, the many files of CommonJS that it is. */
function loadLibrary(): typeof import('exiftool-vendored') {
  const load: (name: 'exiftool-vendored') => typeof import('exiftool-vendored') = createRequire(
    import.meta.url,
  )
  return load('exiftool-vendored')
}

/** exiftool's version; throws where it does not start. */
export async function exiftoolVersion(): Promise<string> {
  return withExifTool((tool) => tool.version())
}

/** Ends exiftool's process, without which Node would not exit. Another photo may start it again. */
export async function closePhotos(): Promise<void> {
  const tool = running?.tool
  running = undefined
  await tool?.end()
}
