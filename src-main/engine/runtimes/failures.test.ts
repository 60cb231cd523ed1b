import { describe, expect, it } from 'vitest'
import { isAllocationFailure, isDeviceFailure } from './failures.ts'

describe('what a runtime threw', () => {
  it.each([
    'Array buffer allocation failed',
    'std::bad_alloc',
    'Failed to allocate memory for requested buffer of size 1234567890',
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=studio ; file=cuda_allocator.cc',
    'CUDNN failure 2: CUDNN_STATUS_ALLOC_FAILED ; GPU=0',
    'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
    'Exception(1) tid(2f0) 8007000E Not enough memory resources are available to complete this operation.',
    'Allocation size too large\n - While calling [Device].CreateBuffer([BufferDescriptor]).',
    'Buffer size (4294967296) exceeds the max buffer size limit (2147483648).',
    'Failed to download data from buffer. wgpu::MapAsyncStatus value: 3, message: [Invalid Buffer (unlabeled)] is invalid due to a previous error.',
    'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[3]',
    'was false. Too many storage buffers in shader. Current: 14, Max is 12',
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[1,512,512,64] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc',
    'OOM when allocating tensor with shape[1,512,512,64]',
    'RESOURCE_EXHAUSTED: failed to allocate 2147483648 bytes',
    'Resource exhausted: Ran out of room',
    'Internal: Failed to allocate 1.50GiB',
    'CUDA_ERROR_OUT_OF_MEMORY: out of memory',
    'cuBLAS: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate',
  ])('was for want of memory: %s', (message) => {
    expect(isAllocationFailure(new Error(message))).toBe(true)
    expect(isDeviceFailure(new Error(message))).toBe(false)
  })

  it.each([
    'WebGPU device lost (2): vkQueueSubmit failed with VK_ERROR_DEVICE_LOST',
    'Device is lost.',
    'Failed to get a WebGPU device: The device was lost',
    'WebGPU validation failed. Binding size is zero',
    'Validation Error: the buffer was destroyed',
    'Exception(3) tid(1c8) 887A0005 The GPU device instance has been suspended.',
    'Exception(3) tid(1c8) 887A0006 The GPU will not respond to more commands',
    'DXGI_ERROR_DEVICE_RESET (0x887A0007)',
    'CUDA failure 700: an illegal memory access was encountered ; GPU=0',
    'CUDA error cudaErrorLaunchFailure: unspecified launch failure',
    'CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED',
    'Caused GPU Timeout Error (00000002:kIOGPUCommandBufferCallbackErrorTimeout)',
  ])('was the device: %s', (message) => {
    expect(isDeviceFailure(message)).toBe(true)
    expect(isAllocationFailure(message)).toBe(false)
  })

  it.each([
    'The input is [1, 3, 10, 8] and should be [batch, 3, height, width]',
    'The weights have no model.4.bias',
    'The program is released',
    'Invalid TF_Status: 3\nMessage: Invalid argument',
    'Invalid TF_Status: 80',
    'There is no room in the bedroom',
    'Got invalid dimensions for input: x for the following indices',
    undefined,
  ])('was neither: %s', (thrown) => {
    expect(isDeviceFailure(thrown)).toBe(false)
    expect(isAllocationFailure(thrown)).toBe(false)
  })
})
