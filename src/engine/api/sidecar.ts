/** An init container that goes on beside the containers (KEP-753). */
export function isSidecar({ restartPolicy }: { restartPolicy?: string | undefined }): boolean {
  return restartPolicy === 'Always'
}

export function sidecarsOf<T extends { restartPolicy?: string | undefined }>({ initContainers = [] }: { initContainers?: T[] | undefined }): T[] {
  return initContainers.filter(isSidecar)
}
