/** `--record`: which command changed an object, kept in the annotation that `kubectl rollout history` shows. */
import type { KubeObject } from '../engine/api/types.ts'
import type { FlagSpec } from './commandLine/flags.ts'
import { withLastApplied } from './lastApplied.ts'
import type { Session } from './session.ts'

export const changeCauseKey = 'kubernetes.io/change-cause'

export const recordFlag: FlagSpec =
  { name: 'record', type: 'bool', hidden: true, deprecated: '--record will be removed in the future', usage: 'Keep this command in an annotation.' }

/** `object` as the command shall leave it: with the command in it, where `--record` asks for that. */
export function recorded(session: Session, object: KubeObject): KubeObject {
  const cause = causeOf(session)
  if (cause === undefined) return object
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [changeCauseKey]: cause } } }
}

/** The same, and with the configuration that `--save-config` asks for (`always`: whether it is asked for or not). */
export function configured(session: Session, object: KubeObject, always = false): KubeObject {
  return recorded(session, always || session.flags.bool('save-config') ? withLastApplied(object, object) : object)
}

/** The same as a merge patch, for commands that change something else than the object itself. */
export function recordPatch(session: Session, object: KubeObject): object | undefined {
  const cause = causeOf(session)
  return cause === undefined || object.metadata.annotations?.[changeCauseKey] === cause ? undefined : { metadata: { annotations: { [changeCauseKey]: cause } } }
}

/** Arguments first, then every flag with its value (genericclioptions.RecordFlags). */
function causeOf({ flags, command, args }: Session): string | undefined {
  if (!flags.has('record') || !flags.bool('record')) return undefined
  return ['kubectl', command, ...args, ...flags.inOrder.map(([name, value]) => `--${name}=${value}`)].join(' ')
}
