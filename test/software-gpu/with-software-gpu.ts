/** Whether this process has a graphics card in software, and what to say where it has none. */
export const withSoftwareGpu = process.env['VK_ICD_FILENAMES']?.includes('swiftshader') === true

export const missing = withSoftwareGpu ? '' : ' (skipped: no SwiftShader of an Electron for Linux)'
