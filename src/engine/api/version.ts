/** Of Kubernetes, in all its parts. */
export const kubernetesVersion = 'v1.34.9'
