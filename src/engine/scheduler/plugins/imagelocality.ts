import { maxNodeScore, type Handle, type Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'

const megabyte = 1024 * 1024
const minThreshold = 23 * megabyte
const maxContainerThreshold = 1000 * megabyte

/** A name without a tag or a digest means ":latest". */
export function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name
}

interface Worth {
  readonly rows: ReadonlySet<number>
  readonly bytes: number
}

interface State {
  readonly images: readonly Worth[]
  readonly containers: number
}

/**
 * Nodes that have the pod's images already. An image counts by its size times the share of the nodes that
 * have it, so that one node does not draw all pods to itself.
 */
export const imageLocality = ({ cache }: Handle): Plugin<never, State> => ({
  name: names.ImageLocality,
  preScore: ({ pod }) => {
    const containers = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])]
    // Images that are mounted count as well, though they do not raise what can be had at the most.
    const mounted = (pod.spec.volumes ?? []).flatMap(({ image }) => (image === undefined ? [] : [{ image: image.reference }]))
    const images: Worth[] = []
    for (const { image } of [...containers, ...mounted]) {
      const state = cache.images.get(normalizedImageName(image ?? ''))
      if (state === undefined) continue
      images.push({ rows: state.rows, bytes: Math.trunc(state.sizeBytes * (state.rows.size / cache.nodes.length)) })
    }
    return { state: { images, containers: containers.length } }
  },
  score: ({ images, containers }, _pod, nodes, scores) => {
    if (images.length === 0) return
    const maxThreshold = maxContainerThreshold * containers
    for (let i = 0; i < nodes.length; i++) {
      let sum = 0
      for (const { rows, bytes } of images) if (rows.has(nodes[i]!.row)) sum += bytes
      const clamped = Math.min(Math.max(sum, minThreshold), maxThreshold)
      scores[i] = Math.trunc((maxNodeScore * (clamped - minThreshold)) / (maxThreshold - minThreshold))
    }
  },
})
