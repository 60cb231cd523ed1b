/**
 * A graphics card in software: SwiftShader, which every Electron for Linux brings with its Vulkan loader. A few thousand
 * times slower than a card, so it is for whether results are right, in tiny cases.
 */
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { electronPath } from '../../build/setup/electron.mjs'

/** What a process must be started with to find it and no other card; nothing where there is none. */
export function softwareGpu(): Readonly<Record<string, string>> {
  const electron = process.platform === 'linux' ? electronPath() : null
  const folder = electron ? dirname(electron.executable) : ''
  const driver = join(folder, 'vk_swiftshader_icd.json')
  if (!electron || !existsSync(driver) || !existsSync(join(folder, 'libvulkan.so.1'))) return {}
  const libraries = [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter)
  return { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries }
}
