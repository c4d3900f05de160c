import { goQuote } from '../../../engine/api/field.ts'
import type { PodSpec } from '../../../engine/api/types.ts'
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { splitResourcesAndPairs } from '../../pairs.ts'
import { withPodSpec } from '../../podSpecs.ts'
import type { Session, Task } from '../../session.ts'
import { changeObjects, PlainFailure, readTargets, setFlags } from './changing.ts'

export const setImage: Command = {
  name: 'image',
  usage: 'set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N [options]',
  summary: 'Update the image of a pod template',
  flags: setFlags,
  run,
}

function* run(session: Session): Task<void> {
  const { resources, pairs } = splitResourcesAndPairs(session.args, 'image')
  const images = parseImages(pairs)
  const targets = yield* readTargets(session, resources)
  if (images.size === 0) throw new CommandError('at least one image update is required')
  if (images.size > 1 && images.has('*')) throw new CommandError('all containers are already specified by *, but saw more than one container_name=container_image pairs')
  yield* changeObjects(session, {
    targets,
    operation: 'image updated',
    failure: 'failed to patch image update to pod template: ',
    change(object, target) {
      const missing: string[] = []
      const after = withPodSpec(target, object, (spec) => withImages(spec, images, missing))
      if (missing.length > 0) throw new PlainFailure(missing.map((name) => `error: unable to find container named ${goQuote(name)}`).join('\n'), after)
      return after
    },
  })
}

function parseImages(pairs: readonly string[]): Map<string, string> {
  const images = new Map<string, string>()
  const wrong: string[] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) images.set(pair.slice(0, equals), pair.slice(equals + 1))
    else wrong.push(pair)
  }
  if (wrong.length > 0) throw new CommandError(`invalid image format: ${wrong.join(', ')}`)
  return images
}

function withImages(spec: PodSpec, images: ReadonlyMap<string, string>, missing: string[]): PodSpec {
  const known = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((c) => c.name)
  for (const name of images.keys()) if (name !== '*' && !known.includes(name)) missing.push(name)
  const imageOf = (name: string) => images.get(name) ?? images.get('*')
  const set = <T extends { name: string; image?: string }>(list: readonly T[]): T[] => list.map((c) => ({ ...c, image: imageOf(c.name) ?? c.image }))
  return { ...spec, ...(spec.initContainers ? { initContainers: set(spec.initContainers) } : {}), containers: set(spec.containers ?? []) }
}
