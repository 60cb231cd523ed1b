/**
 * Keeps sharp and Electron apart on Linux. Electron loads the system's GLib for its windows, sharp's libvips carries a
 * GLib of its own, and the linker would give sharp's binding some functions of the first for objects of the second:
 * under load that ends in `G_IS_OBJECT` warnings and in a crash (lovell/sharp#4522). So libvips is loaded first, and
 * the binding after it in such a way that it looks for a name in what it was built with before it looks elsewhere.
 */
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'

/** Does nothing where there is one GLib at most. Call it before sharp is imported. */
export async function bindSharp(): Promise<void> {
  if (process.platform !== 'linux' || !('electron' in process.versions)) return
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('sharp'))
  const target = `${process.platform}-${process.arch}`
  keepLoaded(resolve(`@img/sharp-libvips-${target}/binary`))
  const folder = join(dirname(resolve(`@img/sharp-${target}/package`)), 'lib')
  const binding = (await readdir(folder)).find((name) => name.endsWith('.node'))
  if (binding === undefined) throw new Error(`${folder} holds no binding of sharp`)
  const { RTLD_LAZY, RTLD_DEEPBIND } = constants.dlopen
  // Whoever opens it later gets what is loaded here.
  process.dlopen({ exports: {} }, join(folder, binding), RTLD_LAZY | RTLD_DEEPBIND)
}

/** A library that stays where it is once it was loaded, although it is no module and Node.js says so. */
function keepLoaded(library: string): void {
  try {
    process.dlopen({ exports: {} }, library)
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.message.startsWith('Module did not self-register'))) throw thrown
  }
}
