/** Which of node_modules a package takes along. */

/**
 * What packages have among their dependencies for the time of their installation: with this onnxruntime-node downloads
 * CUDA, and nothing of it is loaded later.
 */
export const installersOnly = ['adm-zip', 'global-agent']
