import { expect, test } from 'vitest'
import { now, object, pod, type PodFacts } from '../testing/objects.ts'
import { asMember, claimOwners, decidePlace, firstUnhealthy, isStale, mayCondemn, ordinalOf, placePods, statefulPod, statefulSetStatus, updateTarget, wantsCurrentRevision } from './decide.ts'

const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'main', image: 'x' }] } }
const set = (spec: object = {}, status: object = {}) => object('StatefulSet', 'db', {
  replicas: 3, serviceName: 'dbs', selector: { matchLabels: { app: 'db' } }, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }, ...spec,
}, { status })
const member = (ordinal: number, facts: Partial<PodFacts> = {}, revision = 'db-old') => pod({ name: `db-${ordinal}`, labels: { 'controller-revision-hash': revision }, ...facts })

test('places: a gap where one is missing, the last of the surplus first', () => {
  const { wanted, condemned } = placePods(set(), [member(0), member(2), member(3), member(4)])
  expect(wanted.map((p) => p?.metadata.name)).toEqual(['db-0', undefined, 'db-2'])
  expect(condemned.map((p) => p.metadata.name)).toEqual(['db-4', 'db-3'])
  expect(placePods(set({ ordinals: { start: 2 }, replicas: 1 }), [member(2)]).wanted).toHaveLength(1)
  expect(['db-x', 'db-2147483648', 'adb-1'].map((name) => ordinalOf(set(), pod({ name })))).toEqual([-1, -1, -1])
})

test.each([
  ['missing', undefined, 'create'],
  ['failed', { phase: 'Failed' }, 'remove'],
  ['failed and on its way', { phase: 'Failed', terminating: true }, 'wait'],
  ['not ready', { ready: false }, 'wait'],
  ['ending', { terminating: true }, 'wait'],
  ['well', {}, 'fine'],
])('a place that is %s', (_name, facts, step) => {
  expect(decidePlace(facts === undefined ? undefined : member(0, facts), 0, now)).toBe(step)
})

test('on the way down one goes after the other', () => {
  const places = placePods(set({ replicas: 1 }), [member(0), member(1), member(2, { terminating: true })])
  expect(places.condemned.map((p) => mayCondemn(set(), p, firstUnhealthy(places), now))).toEqual([false, true])
})

const updates: [name: string, spec: object, pods: [number, Partial<PodFacts>, string][], target: string | undefined][] = [
  ['the highest first', {}, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-old']], 'db-2'],
  ['the next when the one above is ready', {}, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-new']], 'db-1'],
  ['nobody while the one above is not', {}, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, { ready: false }, 'db-new']], undefined],
  ['not below the partition', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-new']], undefined],
  ['OnDelete touches nobody', { updateStrategy: { type: 'OnDelete' } }, [[0, {}, 'db-old'], [1, {}, 'db-old'], [2, {}, 'db-old']], undefined],
]
test.each(updates)('rolling update: %s', (_name, spec, pods, target) => {
  const places = placePods(set(spec), pods.map(([ordinal, facts, revision]) => member(ordinal, facts, revision)))
  expect(updateTarget(set(spec), places, 'db-new')?.metadata.name).toBe(target)
})

test('a pod that comes back below the partition has the old template', () => {
  const partitioned = set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
  expect([0, 1, 2].map((ordinal) => wantsCurrentRevision(partitioned, ordinal))).toEqual([true, true, false])
})

test('a pod has its own name, host name and claims', () => {
  const made = statefulPod(set({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }), template, 1, 'db-new')
  expect(made.metadata).toMatchObject({ name: 'db-1', labels: { app: 'db', 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': 'db-new' } })
  expect(made.spec).toMatchObject({ hostname: 'db-1', subdomain: 'dbs', volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }] })
})

test('an update that has reached every pod becomes the present revision', () => {
  const all = [0, 1, 2].map((ordinal) => member(ordinal, {}, 'db-new'))
  expect(statefulSetStatus(set(), all, 'db-old', 'db-new', 0, now)).toMatchObject({ currentRevision: 'db-new', currentReplicas: 3, updatedReplicas: 3, readyReplicas: 3 })
  expect(statefulSetStatus(set(), [member(0), ...all.slice(1)], 'db-old', 'db-new', 1, now)).toMatchObject({ currentRevision: 'db-old', replicas: 3, updatedReplicas: 2 })
  // The last one is being made again: the two that are there are not all.
  expect(statefulSetStatus(set(), all.slice(1), 'db-old', 'db-new', 0, now)).toMatchObject({ currentRevision: 'db-old', replicas: 2, updatedReplicas: 2 })
})

const withData = { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }

test('the claims of a pod stand before its other volumes, and take the place of one of the same name', () => {
  const mixed = { ...template, spec: { ...template.spec, volumes: [{ name: 'conf', emptyDir: {} }, { name: 'data', emptyDir: {} }] } }
  expect(statefulPod(set(withData), mixed, 0, 'db-new').spec.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }, { name: 'conf', emptyDir: {} }])
})

const right = { labels: { 'statefulset.kubernetes.io/pod-name': 'db-1' } }
const withVolumes = (volumes: object[]) => ({ ...member(1, right), spec: { containers: [], volumes } }) as never
test.each([
  ['as it should be', withVolumes([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }]), undefined],
  ['with somebody else’s claim', withVolumes([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }]), true],
  ['with something else of that name', withVolumes([{ name: 'data', emptyDir: {} }]), true],
  ['without volumes', withVolumes([]), true],
  ['with another name on its label', { ...member(1, { labels: {} }), spec: { containers: [], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }] } } as never, false],
])('a member that is %s', (_name, given, storage) => {
  const made = asMember(set(withData), given)
  expect(made?.storage).toBe(storage)
  if (made === undefined) return
  expect(made.pod.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1' })
  expect(made.pod.spec.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }])
})

const reference = (kind: string, name: string, uid = name, controls = true) =>
  ({ apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, name, uid, ...(controls ? { controller: true, blockOwnerDeletion: true } : {}) })
const [ofSet, ofPod, ofOther, mere] = [reference('StatefulSet', 'db'), reference('Pod', 'db-1'), reference('Backup', 'other'), reference('Backup', 'note', 'note', false)]
type Refs = ReturnType<typeof reference>[]
/** `replicas` 1: db-1 is one too many. */
const owners: [name: string, deleted: string, scaled: string, replicas: number, before: Refs, after: Refs | undefined][] = [
  ['nobody keeps it', 'Retain', 'Retain', 3, [], undefined],
  ['what is no longer meant goes', 'Retain', 'Retain', 3, [ofSet, mere], [mere]],
  ['another controller does not matter where all is kept', 'Retain', 'Retain', 3, [ofSet, ofOther], [ofOther]],
  ['it goes with the set', 'Delete', 'Retain', 3, [mere], [mere, ofSet]],
  ['and still does when the set becomes smaller', 'Delete', 'Retain', 1, [ofPod], [ofSet]],
  ['it goes with a pod that is too much', 'Retain', 'Delete', 1, [], [ofPod]],
  ['not with one that stays', 'Retain', 'Delete', 3, [ofPod], []],
  ['of set and pod the pod', 'Delete', 'Delete', 1, [ofSet], [ofPod]],
  ['of set and pod the set', 'Delete', 'Delete', 3, [ofSet], undefined],
  ['a set that is written down as a mere owner', 'Delete', 'Retain', 3, [reference('StatefulSet', 'db', 'db', false)], [ofSet]],
  ['another controller has it', 'Delete', 'Delete', 3, [ofOther], undefined],
  ['another controller has it, too', 'Delete', 'Delete', 3, [ofSet, ofOther], [ofOther]],
  ['an earlier set of that name has it', 'Delete', 'Delete', 3, [reference('StatefulSet', 'db', 'earlier')], undefined],
  ['an earlier pod of that name has it', 'Retain', 'Retain', 3, [ofSet, reference('Pod', 'db-1', 'earlier')], undefined],
]
test.each(owners)('whose a claim is: %s', (_name, whenDeleted, whenScaled, replicas, before, after) => {
  const claim = object('PersistentVolumeClaim', 'data-db-1', {}, { metadata: { ownerReferences: before } })
  expect(claimOwners(set({ ...withData, replicas, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } }), member(1), claim)).toEqual(after)
})

test('a claim waits for its pod of old only, and only where claims go with pods', () => {
  const claim = (...ownerReferences: Refs) => object('PersistentVolumeClaim', 'data-db-1', {}, { metadata: { ownerReferences } })
  const stale = (whenScaled: string, ...refs: Refs) => isStale(set({ persistentVolumeClaimRetentionPolicy: { whenScaled } }), 'db-1', claim(...refs))
  expect([stale('Delete', ofPod), stale('Retain', ofPod), stale('Delete', reference('Pod', 'db-7')), stale('Delete', ofSet)]).toEqual([true, false, false, false])
})
