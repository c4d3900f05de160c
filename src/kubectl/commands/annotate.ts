import type { KubeObject } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { dryRunOf } from '../dryRun.ts'
import { CommandError } from '../errors.ts'
import { parsePairs, splitResourcesAndPairs, type Changes } from '../pairs.ts'
import { changeCauseKey } from '../recording.ts'
import type { Session, Task } from '../session.ts'
import { changeMetadata, checkMetadataCommand, metadataFlags } from './label.ts'

export const annotate: Command = {
  name: 'annotate',
  usage: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
  summary: 'Update the annotations on a resource',
  flags: metadataFlags('kubectl-annotate'),
  run,
}

function* run(session: Session): Task<void> {
  const { resources, pairs } = splitResourcesAndPairs(session.args, 'annotation')
  const changes = parsePairs(pairs, 'annotation')
  const dryRun = yield* dryRunOf(session)
  checkMetadataCommand(session, resources, dryRun)
  const list = session.flags.bool('list')
  if (changes.set.size === 0 && changes.remove.length === 0 && !list) throw new CommandError('at least one annotation update is required')
  const both = changes.remove.filter((key) => changes.set.has(key))
  if (both.length > 0) throw new CommandError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`)
  const operation = (): string => 'annotated'
  yield* changeMetadata(session, resources, dryRun, 'annotations', (object) => withAnnotations(session, object, changes), { operation })
}

function withAnnotations(session: Session, object: KubeObject, { set, remove }: Changes): KubeObject {
  const old = object.metadata.annotations ?? {}
  const taken = [...set].filter(([key, value]) => key !== changeCauseKey && old[key] !== undefined && old[key] !== value)
  if (taken.length > 0 && !session.flags.bool('overwrite')) {
    const values = taken.map(([key]) => `'${key}' already has a value (${old[key]})`)
    throw new CommandError(`--overwrite is false but found the following declared annotation(s): ${values.join('; ')}`)
  }
  const annotations = { ...old, ...Object.fromEntries(set) }
  for (const key of remove) delete annotations[key]
  return { ...object, metadata: { ...object.metadata, annotations } }
}
