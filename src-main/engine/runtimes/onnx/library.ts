/**
 * ONNX Runtime's native library. From 1.29 on it tells Microsoft of its work on Linux and macOS unless the environment
 * says otherwise before it is loaded: an identifier of the device, names and hashes of models, times. Solstice tells
 * nobody anything. (On Windows it only writes to the system's own event log, which this does not change.)
 */

/** Loads it; the first that needs it waits longest. Nothing else may import it. */
export function loadOnnxRuntime() {
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  return import('onnxruntime-node')
}
