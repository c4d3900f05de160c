/** `--prune` of apply and diff: what an earlier apply made and the files no longer name (kubectl/pkg/util/prune, pkg/cmd/apply/prune.go). */
import type { ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { deleteObjects } from '../deleting.ts'
import { resourceForKind } from '../discovery.ts'
import { withDryRun, type DryRun } from '../dryRun.ts'
import { CommandError } from '../errors.ts'
import type { Target } from '../fileTargets.ts'
import { lastAppliedKey } from '../lastApplied.ts'
import { printerFor } from '../printing/output.ts'
import { err, out, type Session, type Task, verbosity } from '../session.ts'
import { listObjects, targetOf } from '../targets.ts'

/** What is looked through without --prune-allowlist, types of namespaces first. */
const usual = [
  'core/v1/ConfigMap', 'core/v1/Endpoints', 'core/v1/PersistentVolumeClaim', 'core/v1/Pod', 'core/v1/ReplicationController', 'core/v1/Secret', 'core/v1/Service',
  'batch/v1/Job', 'batch/v1/CronJob', 'networking.k8s.io/v1/Ingress', 'apps/v1/DaemonSet', 'apps/v1/Deployment', 'apps/v1/ReplicaSet', 'apps/v1/StatefulSet',
  'core/v1/Namespace', 'core/v1/PersistentVolume',
]

/** @throws CommandError for what is no type */
export function* typesToPrune(session: Session): Task<ResourceInfo[]> {
  const allowed = session.flags.list('prune-allowlist')
  const found: ResourceInfo[] = []
  for (const text of allowed.length === 0 ? usual : allowed) {
    const [group, version, kind, ...more] = text.split('/')
    if (kind === undefined || more.length > 0) throw new CommandError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`)
    const apiVersion = group === '' || group === 'core' ? version! : `${group}/${version}`
    const resource = yield* resourceForKind(session, apiVersion, kind)
    if (resource === undefined) throw new CommandError(`no matches for kind "${kind}" in version "${apiVersion}"`)
    found.push(resource)
  }
  return found
}

/** Of the types, what was applied once and is not among `visited` now: in the namespaces of these, and outside of namespaces. */
export function* forgotten(session: Session, types: readonly ResourceInfo[], visited: readonly Target[]): Task<Target[]> {
  if (session.flags.list('prune-allowlist').length === 0) {
    yield* err(`${verbosity.get().klogHead(session, 'W', 'prune.go:71')} Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. ` +
      'To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n')
  }
  const uids = new Set(visited.map(({ object }) => object?.metadata.uid))
  const namespaces = [...new Set(visited.filter(({ resource }) => resource.namespaced).map(({ namespace }) => namespace))].toSorted()
  const [inside, outside] = [types.filter((type) => type.namespaced), types.filter((type) => !type.namespaced)]
  const places = [...namespaces.flatMap((namespace) => inside.map((resource) => ({ resource, namespace }))), ...outside.map((resource) => ({ resource, namespace: '' }))]
  const targets: Target[] = []
  for (const place of places) {
    const { items } = yield* listObjects(session, { ...place, labelSelector: session.flags.string('selector'), fieldSelector: '' })
    for (const object of items) if (isForgotten(object, uids)) targets.push(targetOf(place.resource, object))
  }
  return targets
}

const isForgotten = ({ metadata }: KubeObject, uids: ReadonlySet<string | undefined>): boolean =>
  metadata.annotations?.[lastAppliedKey] !== undefined && !uids.has(metadata.uid)

/** Deletes them, and says so; nobody waits for their end. */
export function* prune(session: Session, types: readonly ResourceInfo[], visited: readonly Target[], dryRun: DryRun): Task<void> {
  const { flags } = session
  const grace = flags.number('grace-period')
  for (const target of yield* forgotten(session, types, visited)) {
    const options = { dryRun, grace: grace < 0 ? undefined : grace, ignoreNotFound: false, propagation: flags.string('cascade'), wait: false, silent: true }
    yield* deleteObjects(session, [target], options)
    yield* out(printerFor(session, withDryRun('pruned', dryRun))(target.object!))
  }
}
