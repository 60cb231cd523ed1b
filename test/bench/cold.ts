/** As cold a start as can be had without a restart of the machine: the program's files out of the system's memory. */
import { dirname, join } from 'node:path'
import { electronPath } from '../../build/setup/electron.mjs'
import { root } from '../../build/setup/paths.mjs'
import { run } from '../../build/setup/processes.mjs'

/** `dd` with these options reads nothing and tells the system to forget the file. What another program uses stays. */
const forget = ['-type', 'f', '-exec', 'dd', 'iflag=nocache', 'count=0', 'status=none', 'if={}', ';']

export async function dropFromMemory(options: {
  readonly program: string | undefined
  readonly data: string
}): Promise<void> {
  const { program, data } = options
  const development = [dirname(electronPath()?.executable ?? root), join(root, 'out'), join(root, 'models')]
  const packages = [
    'zod',
    'p-queue',
    'write-file-atomic',
    'yauzl',
    'env-paths',
    'sharp',
    '@img',
    'onnxruntime-node',
  ]
  const folders =
    program === undefined
      ? [...development, ...packages.map((name) => join(root, 'node_modules', name))]
      : [dirname(program)]
  const files = [join(data, 'library.json'), join(data, 'window')]
  await run('sync', [])
  await run('find', ['-L', ...folders, ...files, ...forget])
}
