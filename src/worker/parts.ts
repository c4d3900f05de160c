import { partNames, type PartName } from '../engine/part.ts'

const sources: Readonly<Record<PartName, () => Promise<unknown>>> = {
  components: () => Promise.all([import('../engine/components.ts'), import('./scheduling.ts')]),
  kinds: () => import('../engine/kinds.ts'),
  userland: () => import('../engine/runtime/programs/all.ts'),
  kubectl: () => import('../kubectl/commands/common.ts'),
  // Questions bring all of kubectl.
  rare: () => Promise.all([import('../engine/rare.ts'), import('./questions.ts')]),
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

/**
 * Right behind the first step, without being asked, and what is rare behind the others: it would only keep the first picture waiting. Whoever
 * needs a part that could not be had is told when he asks.
 */
export async function bringAll(): Promise<void> {
  await Promise.allSettled(partNames.filter((part) => part !== 'rare').map(bring))
  await bring('rare').catch(() => {})
}
