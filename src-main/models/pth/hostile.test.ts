/** Checkpoints made to do harm: each is turned away by name, quickly, and without taking memory for it. */
import { describe, expect, it } from 'vitest'
import {
  bytes,
  dictOf,
  list,
  op,
  orderedDict,
  pickle,
  type tensorPickle,
  uint32,
} from '../testing/pickle-writer.ts'
import { legacyPth, statePickle, zipPth } from '../testing/pth-writer.ts'
import { zip } from '../testing/zip-writer.ts'
import { bytesSource } from '../byte-source.ts'
import { parsePth } from './read-pth.ts'

const parse = (file: Uint8Array) => parsePth(bytesSource('evil.pth', file, 'checkpoint-damaged'))
const failureOf = async (file: Uint8Array) =>
  parse(file).then(
    () => ({ code: 'read', subject: '', detail: '' }),
    (thrown: unknown) => thrown as { code: string; subject: string; detail: string },
  )
const repeat = (part: Uint8Array, times: number) => Buffer.concat(Array.from({ length: times }, () => part))

const float = { storage: 'FloatStorage', key: '0', count: 4, shape: [4] } as const
const fourFloats = { 0: { type: 'FloatStorage', data: new Uint8Array(16) } }
const oneTensor = (tensor: Parameters<typeof tensorPickle>[0]) => statePickle({ tensors: [['t', tensor]] })

const call = (module: string, name: string) =>
  Buffer.concat([op.global(module, name), op.tupleOf([op.text('touch /tmp/solstice-was-here')]), op.reduce])

describe('pickles that ask for more than tensors', () => {
  const stackGlobal = Buffer.concat([op.shortText('posix'), op.shortText('system'), op.stackGlobal])
  it.each([
    ['os.system', pickle(call('os', 'system')), 'asks for os.system'],
    [
      'a state dict with a call among its tensors',
      pickle(dictOf([['w', call('builtins', 'eval')]])),
      'asks for builtins.eval',
    ],
    [
      'a class by its parts, as protocol 4 writes it',
      Buffer.concat([bytes(0x80, 4), stackGlobal]),
      'asks for posix.system',
    ],
    ['an instance of protocol 0', Buffer.from('\x80\x02(ios\nsystem\n.', 'latin1'), 'asks for os.system'],
    [
      'a parameter',
      pickle(call('torch._utils', '_rebuild_parameter')),
      'asks for torch._utils._rebuild_parameter',
    ],
    ['another kind of storage', oneTensor({ ...float, storage: 'IntStorage' }), 'asks for torch.IntStorage'],
    [
      'a name like a known one',
      pickle(op.global('collections', 'OrderedDict.__reduce__')),
      'asks for collections.OrderedDict.__reduce__',
    ],
    [
      'an object made by NEWOBJ',
      pickle(op.global('collections', 'OrderedDict'), op.emptyTuple, bytes(0x81)),
      'uses the pickle instruction 0x81',
    ],
    ['an extension', pickle(bytes(0x82, 1)), 'uses the pickle instruction 0x82'],
    [
      'a storage class to be called',
      pickle(op.global('torch', 'FloatStorage'), op.emptyTuple, op.reduce),
      'asks to call torch.FloatStorage',
    ],
    ['a name with control characters', pickle(op.global('os\x1b[2J', 'system')), 'asks for os?[2J.system'],
  ])('%s', async (_, state, detail) => {
    for (const file of [zipPth(state, fourFloats), legacyPth(state, fourFloats)]) {
      expect(await failureOf(file)).toMatchObject({ code: 'checkpoint-refused', subject: 'evil.pth', detail })
    }
    // In the place of the magic number, too.
    expect(await failureOf(state)).toMatchObject({ code: 'checkpoint-refused', detail })
  })
})

describe('pickles that try the machine', () => {
  const tenThousand = list(Array.from({ length: 10_000 }, () => list([op.text('k'), op.none])))
  const tooLong = 'needs more than 200000 pickle instructions'
  const bombs: readonly (readonly [string, string, Buffer])[] = [
    [
      'a dict made of a long list, thousands of times',
      tooLong,
      pickle(
        tenThousand,
        op.put(0),
        repeat(
          Buffer.concat([op.global('collections', 'OrderedDict'), op.get(0), bytes(0x85), op.reduce]),
          20_000,
        ),
      ),
    ],
    ['half a million nested lists', tooLong, pickle(repeat(op.emptyList, 500_000))],
    [
      'lists nested in each other',
      'is not a state dict',
      pickle(repeat(op.emptyList, 60_000), repeat(op.append, 59_999)),
    ],
    [
      'tuples doubled again and again',
      'is not a state dict',
      pickle(op.emptyTuple, repeat(Buffer.concat([op.put(0), op.get(0), bytes(0x86)]), 60_000)),
    ],
    [
      'a list that holds itself',
      'is not a state dict',
      pickle(op.emptyList, op.put(0), op.get(0), op.append),
    ],
    ['marks without end', tooLong, pickle(repeat(op.mark, 500_000))],
    [
      'a memo at the far end',
      'uses memo 4294967294 before it is set',
      pickle(op.none, bytes(0x72), uint32(0xffff_ffff), op.get(0xffff_fffe)),
    ],
    [
      'a memo of hundreds of thousands',
      tooLong,
      pickle(
        op.none,
        Buffer.concat(Array.from({ length: 150_000 }, (_, i) => op.put(i))),
        repeat(op.none, 100_000),
      ),
    ],
    [
      'a text longer than the file',
      'ends in the middle of its pickle',
      pickle(bytes(0x58), uint32(0xffff_fff0)),
    ],
    ['an empty stack', 'takes from an empty stack', pickle(op.reduce)],
    ['a take from below a mark', 'takes from an empty stack', pickle(op.none, op.mark, bytes(0x85))],
    ['an end without a value', 'takes from an empty stack', pickle()],
    ['no end', 'ends in the middle of its pickle', Buffer.concat([bytes(0x80, 2), op.none])],
    ['a reduce of a dict', 'calls what cannot be called', pickle(orderedDict, op.emptyTuple, op.reduce)],
    [
      'an odd number of dict items',
      'has an entry without a name',
      pickle(op.emptyDict, op.mark, op.text('k'), op.setItems),
    ],
    [
      'a number as a name',
      'has an entry without a name',
      pickle(op.emptyDict, op.int(1), op.int(1), op.setItem),
    ],
    [
      'an integer of 255 bytes',
      'holds an integer of 255 bytes',
      pickle(bytes(0x8a, 255), Buffer.alloc(255, 1)),
    ],
    ['a persistent id that is none', 'names a storage wrongly', pickle(op.int(4), op.persistent)],
    [
      'a storage in two ways',
      'describes storage 0 in two ways',
      statePickle({
        tensors: [
          ['a', float],
          ['b', { ...float, count: 5 }],
        ],
      }),
    ],
  ]
  it.each(bombs)('%s', async (_, detail, state) => {
    expect((await failureOf(zipPth(state, fourFloats))).detail).toBe(detail)
    // A legacy stream goes on after the pickle, and may be turned away for what comes next.
    const { code } = await failureOf(legacyPth(state, fourFloats))
    expect(code).toMatch(/^checkpoint-(damaged|refused)$/)
  })
})

describe('tensors that lie about their size', () => {
  const huge = 2 ** 40
  it.each([
    ['a shape beyond its storage', oneTensor({ ...float, shape: [5] })],
    ['an offset beyond its storage', oneTensor({ ...float, offset: 1 })],
    ['a stride beyond its storage', oneTensor({ ...float, shape: [2, 2], strides: [3, 1] })],
    ['one number repeated a trillion times', oneTensor({ ...float, shape: [huge], strides: [0] })],
    ['a product beyond all integers', oneTensor({ ...float, shape: [huge, huge, huge], strides: [0, 0, 0] })],
    ['a product that comes round to zero in 64 bits', oneTensor({ ...float, shape: [2 ** 32, 2 ** 32] })],
    ['a negative length', oneTensor({ ...float, shape: [-1] })],
    ['a negative stride', oneTensor({ ...float, strides: [-1], offset: 3 })],
    ['a negative offset', oneTensor({ ...float, offset: -1 })],
    ['a length beyond safe integers', oneTensor({ ...float, shape: [2n ** 62n] })],
    ['more strides than axes', oneTensor({ ...float, strides: [1, 1] })],
    ['nine axes', oneTensor({ ...float, shape: [1, 1, 1, 1, 1, 1, 1, 1, 4] })],
    ['a storage of a trillion numbers', oneTensor({ ...float, count: huge })],
    ['a storage of 2^62 numbers', oneTensor({ ...float, count: 2n ** 62n })],
    ['a storage that is not there', oneTensor({ ...float, key: 'other' })],
    ['a storage of another size', oneTensor({ ...float, count: 5, shape: [5] })],
    [
      'a thousand tensors of one storage, each repeated',
      statePickle({
        tensors: Array.from(
          { length: 1000 },
          (_, i) => [`t${i}`, { ...float, shape: [1024, 4], strides: [0, 1] }] as const,
        ),
      }),
    ],
  ])('%s', async (_, state) => {
    const before = process.memoryUsage().arrayBuffers
    for (const file of [zipPth(state, fourFloats), legacyPth(state, fourFloats)]) {
      expect((await failureOf(file)).code).toBe('checkpoint-damaged')
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  })

  it('a legacy storage with another count in front of it', async () => {
    const state = oneTensor(float)
    for (const count of [5n, -1n, 2n ** 62n]) {
      expect((await failureOf(legacyPth(state, fourFloats, { count }))).code).toBe('checkpoint-damaged')
    }
  })
})

describe('archives that lie', () => {
  const state = oneTensor(float)
  const pkl = { name: 'a/data.pkl', data: state }
  const storage = { name: 'a/data/0', data: new Uint8Array(16) }
  const zeros = new Uint8Array(50_000_000)
  const files: readonly (readonly [string, () => Buffer])[] = [
    ['a bomb of zeros as a storage', () => zip([pkl, { name: 'a/data/0', data: zeros, deflate: true }])],
    ['a bomb of zeros as a pickle', () => zip([{ name: 'a/data.pkl', data: zeros, deflate: true }, storage])],
    [
      'a bomb that hides its size',
      () => zip([pkl, { name: 'a/data/0', data: zeros, deflate: true, lie: { size: 16 } }]),
    ],
    [
      'a pickle of two megabytes',
      () => zip([{ name: 'a/data.pkl', data: new Uint8Array(2_000_000) }, storage]),
    ],
    [
      'an entry over another one',
      () => zip([pkl, storage, { ...storage, name: 'a/data/1', lie: { headerStart: 0 } }]),
    ],
    [
      'sizes beyond the file',
      () => zip([pkl, { ...storage, lie: { size: 0xffff_fff0, packedSize: 0xffff_fff0 } }]),
    ],
    ['a stored entry of two sizes', () => zip([pkl, { ...storage, lie: { size: 17 } }])],
    ['a wrong checksum', () => zip([pkl, { ...storage, lie: { crc: 1 } }])],
    ['an entry twice', () => zip([pkl, storage, storage])],
    ['two pickles', () => zip([pkl, { ...pkl, name: 'b/data.pkl' }, storage])],
    ['no pickle', () => zip([storage])],
    ['an encrypted entry', () => zip([{ ...pkl, lie: { flags: 0x801 } }, storage])],
    ['an unknown method', () => zip([{ ...pkl, lie: { method: 99 } }, storage])],
    ['a path out of the archive', () => zip([pkl, storage, { ...storage, name: '../../etc/passwd' }])],
    ['a directory beyond the file', () => zip([pkl, storage], { directoryStart: 0xffff_fff0 })],
    ['a zip64 directory beyond all files', () => zip([pkl, storage], { zip64Start: 2n ** 63n })],
    ['a zip64 directory beyond this file', () => zip([pkl, storage], { zip64Start: 2n ** 40n })],
    ['more entries than there are', () => zip([pkl, storage], { entryCount: 65535 })],
    [
      'ten thousand entries',
      () => zip(Array.from({ length: 10_000 }, (_, i) => ({ name: `a/${i}`, data: new Uint8Array() }))),
    ],
    ['a header and nothing else', () => Buffer.from('PK\x03\x04')],
    ['nothing', () => Buffer.alloc(0)],
    ['another file', () => Buffer.from('\xff\xd8\xff\xe0 JFIF', 'latin1')],
  ]
  it.each(files)('%s', async (_, make) => {
    const file = make()
    const before = process.memoryUsage().arrayBuffers
    expect((await failureOf(file)).code).toBe('checkpoint-damaged')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  })
})
