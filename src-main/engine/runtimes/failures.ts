/** What a runtime's failure means, by the words of the libraries and drivers below it. */

/** Whether memory was short, the host's or a device's: a smaller picture may go. */
export function isAllocationFailure(thrown: unknown): boolean {
  return shortOfMemory.some((pattern) => pattern.test(messageOf(thrown)))
}

/** Whether a device failed for another reason than its memory: what runs on it is lost, and it may stay so. */
export function isDeviceFailure(thrown: unknown): boolean {
  return !isAllocationFailure(thrown) && deviceFailed.some((pattern) => pattern.test(messageOf(thrown)))
}

const shortOfMemory: readonly RegExp[] = [
  // V8 and ONNX Runtime.
  /array buffer allocation failed|bad_alloc|failed to allocate memory|out of memory/i,
  // Vulkan, Direct3D and DirectML, and WebGPU where a tensor is larger than the buffers that it may have.
  /VK_ERROR_OUT_OF_(HOST|DEVICE)_MEMORY|E_OUTOFMEMORY|8007000E|not enough memory/i,
  /allocation size too large|exceeds the max(imum)? (buffer|storage)|too many storage buffers/i,
  // WebGPU tells of a buffer that it could not make only when the buffer is used.
  /\[Invalid Buffer.*\] is invalid due to a previous error/i,
  // CUDA.
  /(CUDNN|CUBLAS)_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation/i,
  // TensorFlow's status 8 is RESOURCE_EXHAUSTED.
  /\bOOM when allocating|\bresource[ _]exhausted\b|Invalid TF_Status: 8\b|failed to allocate \d/i,
]

const deviceFailed: readonly RegExp[] = [
  // WebGPU, and Vulkan and Metal below it.
  /device (was |is )?lost|VK_ERROR_DEVICE_LOST|WebGPU (device|validation)|failed to get a WebGPU/i,
  /validation error|GPU timeout|GPU error/i,
  // DXGI's removed, hung, reset and internal error, by name and number.
  /DXGI_ERROR_(DEVICE_(REMOVED|HUNG|RESET)|DRIVER_INTERNAL_ERROR)|887A00(05|06|07|20)/i,
  /device (instance )?(has been|was) (removed|suspended)|GPU will not respond/i,
  // CUDA and its libraries.
  /\b(CUDA|CUDNN|CUBLAS)\b\S* (failure|error)|cudaError[A-Z]|(CUDNN|CUBLAS)_STATUS_/i,
]

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
