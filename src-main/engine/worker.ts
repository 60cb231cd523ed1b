/** The engine's process. Its only argument names the runtime that computes. */
import { runtimeNameSchema } from '../contract/runtimes.ts'
import { openChannel } from './channel.ts'
import { openRuntime } from './runtimes/open.ts'
import { serveEngine } from './serve.ts'

serveEngine(openChannel(), openRuntime(runtimeNameSchema.parse(process.argv[2])))
