/** Checkpoints since PyTorch 1.6: a zip with `NAME/data.pkl` and a file `NAME/data/KEY` for each storage. */
import type { ByteSource } from '../byte-source.ts'
import { pickleMaxBytes } from './container.ts'
import type { Container } from './container.ts'
import { unpickle } from './pickle.ts'
import { storageBytes } from './pickle-values.ts'
import { damaged, refused, shown } from './problems.ts'
import { readZipDirectory, readZipEntry } from './zip.ts'

/** Opens the container. Throws Failure `checkpoint-damaged` or `checkpoint-refused`. */
export async function openZipCheckpoint(source: ByteSource): Promise<Container> {
  const entries = await readZipDirectory(source)
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name))
  const [name, another] = pickles
  const pickle = name === undefined ? undefined : entries.get(name)
  if (name === undefined || pickle === undefined) throw damaged(source.name, 'holds no data.pkl')
  if (another !== undefined) throw damaged(source.name, 'holds more than one data.pkl')
  if (pickle.size > pickleMaxBytes) throw damaged(source.name, `has a pickle of ${pickle.size} bytes`)
  const folder = name.slice(0, -'data.pkl'.length)

  const byteOrder = entries.get(`${folder}byteorder`)
  if (byteOrder !== undefined && byteOrder.size <= 16) {
    const order = new TextDecoder().decode(await readZipEntry(source, byteOrder))
    if (order.trim() !== 'little')
      throw refused(source.name, `stores numbers in ${shown(order)}-endian order`)
  }
  const { value: root } = unpickle(await readZipEntry(source, pickle), 0, source.name)
  return {
    format: 'zip',
    root,
    readStorage: async ({ key, type, count }) => {
      const entry = entries.get(`${folder}data/${key}`)
      if (entry === undefined) throw damaged(source.name, `holds no storage ${shown(key)}`)
      const bytes = count * storageBytes[type]
      if (entry.size !== bytes) {
        throw damaged(source.name, `holds ${entry.size} bytes of storage ${shown(key)}, not ${bytes}`)
      }
      return readZipEntry(source, entry)
    },
  }
}
