import { partNames, type PartName } from '../engine/part.ts'

const sources: Readonly<Record<PartName, () => Promise<unknown>>> = {
  components: () => Promise.all([import('../engine/components.ts'), import('./scheduling.ts')]),
  kinds: () => import('../engine/kinds.ts'),
  userland: () => import('../engine/runtime/programs/all.ts'),
  // It brings kubectl's commands.
  kubectl: () => import('./questions.ts'),
  cel: () => import('../engine/cel.ts'),
  kubeadm: () => import('../engine/kubeadm.ts'),
  descriptions: () => import('../kubectl/explain/words.ts'),
}

const coming = new Map<PartName, Promise<unknown>>()

/** Brings a part of the engine; resolves when it is here. */
export function bring(part: PartName): Promise<unknown> {
  let loading = coming.get(part)
  if (loading === undefined) {
    loading = sources[part]()
    coming.set(part, loading)
    // Whoever asks again tries again.
    loading.catch(() => coming.delete(part))
  }
  return loading
}

/** Right behind the first step, without being asked. Whoever needs a part that could not be had is told when he asks. */
export function bringAll(): void {
  for (const part of partNames) bring(part).catch(() => {})
}
