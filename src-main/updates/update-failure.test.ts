import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { expectReplaceable } from './electron-updater.ts'
import { updateFailure } from './update-failure.ts'

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more)

it('what is thrown becomes what the user can do something about', () => {
  const codes = {
    'update-unfit': [
      error('sha512 checksum mismatch', { code: 'ERR_CHECKSUM_MISMATCH' }),
      error('Cannot parse update info', { code: 'ERR_UPDATER_INVALID_UPDATE_INFO' }),
      error('no checksum', { code: 'ERR_UPDATER_NO_CHECKSUM' }),
    ],
    'update-unreachable': [
      error('net::ERR_CONNECTION_REFUSED'),
      error('net::ERR_BLOCKED_BY_CLIENT'),
      error('503', { statusCode: 503 }),
      error('connect', { code: 'ECONNRESET' }),
      error('Cannot find channel', { code: 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND' }),
      error('something else'),
    ],
    'disk-full': [error('write', { code: 'ENOSPC' })],
    'cannot-write': [error('open', { code: 'EACCES' })],
    cancelled: [error('cancelled')],
    'update-failed': [error('APPIMAGE env is not defined', { code: 'ERR_UPDATER_OLD_FILE_NOT_FOUND' })],
    internal: ['thrown text'],
  }
  for (const [code, thrown] of Object.entries(codes))
    expect(thrown.map((one) => updateFailure(one).code)).toEqual(thrown.map(() => code))
})

it('an AppImage whose place cannot take another is left alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'solstice-place-'))
  await expectReplaceable(undefined, 1)
  await expectReplaceable(join(folder, 'Solstice.AppImage'), 1)
  await expect(expectReplaceable(join(folder, 'Solstice.AppImage'), 1e18)).rejects.toMatchObject({
    code: 'disk-full',
    subject: 'Solstice.AppImage',
  })
  await expect(expectReplaceable(join(folder, 'gone', 'a.AppImage'), 1)).rejects.toMatchObject({
    code: 'cannot-write',
  })
  await rm(folder, { recursive: true })
})
