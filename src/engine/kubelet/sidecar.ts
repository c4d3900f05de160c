import type { Container } from '../api/types.ts'

/** An init container that goes on beside the containers (KEP-753). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always'
}
