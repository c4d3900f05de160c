import { cdiFolder, driverPort, prepareCall, registrationFolder, type CdiSpec, type ClaimReference, type Prepared, type PreparedDevice } from '../../api/deviceDrivers.ts'
import type { AllocatedDevice, ResourceClaim } from '../../api/resourceClaims.ts'
import { sha256 } from '../../api/digest.ts'
import type { HttpRequest } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { klog } from './kubernetes/begin.ts'
import { ask } from './kubectl.ts'
import { listenOn, serve, stopsOn, type Answer } from './serve.ts'

const cdiClass = 'gpu'
const slicesPath = '/apis/resource.k8s.io/v1/resourceslices'

/**
 * kubernetes-sigs/dra-example-driver: offers GPUs that are not there, in a ResourceSlice of its node, and tells containers by variables which
 * of them they have got. $NODE_NAME, $NUM_DEVICES, $DRIVER_NAME.
 */
export function* draExampleKubeletPlugin(p: Process): Run<number> {
  const driver = p.env.get('DRIVER_NAME') ?? 'gpu.example.com'
  const node = p.env.get('NODE_NAME') ?? p.machine.config.hostname
  const stopped = stopsOn(p, ['TERM', 'INT', 'HUP', 'QUIT'], 0)
  yield* sleep(p, 60, true)
  writeSpec(p, driver, 'common', [{ name: 'common', containerEdits: { env: [`KUBERNETES_NODE_NAME=${node}`, `DRA_RESOURCE_DRIVER_NAME=${driver}`] } }])
  const listeners = yield* listenOn(p, [driverPort], (_port, why) => `Error: start kubelet plugin: listen unix: bind: ${why.toLowerCase()}`)
  if (listeners === undefined) return 1
  const socket = `${p.env.get('KUBELET_REGISTRAR_DIRECTORY_PATH') ?? registrationFolder}/${driver}-reg.sock`
  p.machine.files.writeText(socket, `${p.machine.config.ip()}:${driverPort}`)
  const problem = yield* publish(p, driver, node)
  if (problem !== undefined) yield* print(p, `${klog('E', p.machine.now(), 'resourceslicecontroller.go:562', `"Unhandled Error" err=${JSON.stringify(`processing ResourceSlice objects: ${problem}`)}`)}\n`, 2)
  const code = yield* serve(p, { listeners, handle: (request) => answer(p, driver, request), stopped })
  p.machine.files.remove(socket)
  return code
}

interface Offered {
  name: string
  attributes: object
  capacity: object
}

function devicesOf(p: Process, node: string): Offered[] {
  const count = Number(p.env.get('NUM_DEVICES') ?? 8)
  return Array.from({ length: Number.isInteger(count) && count > 0 ? count : 8 }, (_, index) => ({
    name: `gpu-${index}`,
    attributes: { index: { int: index }, uuid: { string: `gpu-${uuidFrom(`${node}/${index}`)}` }, model: { string: 'LATEST-GPU-MODEL' }, driverVersion: { version: '1.0.0' } },
    capacity: { memory: { value: '80Gi' } },
  }))
}

function uuidFrom(text: string): string {
  const hex = sha256(text)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/** One slice for each node; a driver that begins anew finds its own. */
function* publish(p: Process, driver: string, node: string): Run<string | undefined> {
  const present = yield* ask(p, { verb: 'list', path: slicesPath, query: { fieldSelector: `spec.driver=${driver},spec.nodeName=${node}` } })
  if (present.code !== 200) return wordsOf(present.body)
  if (present.body.items?.length > 0) return undefined
  const owner = yield* ask(p, { verb: 'get', path: `/api/v1/nodes/${node}` })
  if (owner.code !== 200) return wordsOf(owner.body)
  const { uid } = owner.body.metadata
  const body = {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { generateName: `${node}-${driver}-`, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, uid, controller: true }] },
    spec: { driver, nodeName: node, pool: { name: node, generation: 1, resourceSliceCount: 1 }, devices: devicesOf(p, node) },
  }
  const made = yield* ask(p, { verb: 'create', path: slicesPath, body })
  return made.code === 201 ? undefined : wordsOf(made.body)
}

const wordsOf = (body: unknown): string => (typeof body === 'string' ? body : String((body as { message?: string }).message ?? ''))

function* answer(p: Process, driver: string, request: HttpRequest): Run<Answer> {
  if (request.method !== 'GRPC') return { response: { error: 'reset' } }
  const { claims } = JSON.parse(request.body) as { claims: ClaimReference[] }
  const isPrepare = request.path === prepareCall
  yield* print(p, `${klog('I', p.machine.now(), isPrepare ? 'driver.go:84' : 'driver.go:117', `${isPrepare ? 'NodePrepareResource' : 'NodeUnPrepareResource'} is called: number of claims: ${claims.length}`)}\n`, 2)
  const prepared: Record<string, Prepared['claims'][string]> = {}
  for (const claim of claims) prepared[claim.uid] = isPrepare ? yield* prepare(p, driver, claim) : unprepare(p, driver, claim)
  return { response: { status: 200, headers: {}, body: JSON.stringify({ claims: prepared }) } }
}

function* prepare(p: Process, driver: string, { namespace, name, uid }: ClaimReference): Run<Prepared['claims'][string]> {
  const found = yield* ask(p, { verb: 'get', path: `/apis/resource.k8s.io/v1/namespaces/${namespace}/resourceclaims/${name}` })
  if (found.code !== 200) return { error: `failed to fetch ResourceClaim ${name} in namespace ${namespace}` }
  const results = ((found.body as ResourceClaim).status?.allocation?.devices.results ?? []).filter((result) => result.driver === driver)
  writeSpec(p, driver, uid, results.map(({ device }) => ({ name: `${uid}-${device}`, containerEdits: { env: variablesOf(uid, device) } })))
  const devices = results.map((result) => preparedDevice(driver, uid, result))
  const told = devices.map(({ requestNames, poolName, deviceName, cdiDeviceIDs }) => `&Device{RequestNames:[${requestNames.join(' ')}],PoolName:${poolName},DeviceName:${deviceName},CDIDeviceIDs:[${cdiDeviceIDs.join(' ')}],}`)
  yield* print(p, `${klog('I', p.machine.now(), 'driver.go:112', `Returning newly prepared devices for claim '${uid}': [${told.join(' ')}]`)}\n`, 2)
  return { devices }
}

function unprepare(p: Process, driver: string, { uid }: ClaimReference): Prepared['claims'][string] {
  const path = specPath(p, driver, uid)
  if (p.machine.files.exists(path)) p.machine.files.remove(path)
  return {}
}

const kindOf = (driver: string): string => `k8s.${driver}/${cdiClass}`

function preparedDevice(driver: string, uid: string, { request, pool, device }: AllocatedDevice): PreparedDevice {
  return { requestNames: [request], poolName: pool, deviceName: device, cdiDeviceIDs: ['common', `${uid}-${device}`].map((name) => `${kindOf(driver)}=${name}`) }
}

function variablesOf(uid: string, device: string): string[] {
  const variable = `GPU_DEVICE_${device.replace(/^gpu-/, '')}`
  return [`${variable}=${device}`, `${variable}_RESOURCE_CLAIM=${uid}`, `${variable}_SHARING_STRATEGY=TimeSlicing`, `${variable}_TIMESLICE_INTERVAL=Default`]
}

const specPath = (p: Process, driver: string, name: string): string => `${p.env.get('CDI_ROOT') ?? cdiFolder}/k8s.${driver}-${cdiClass}_${name}.json`

function writeSpec(p: Process, driver: string, name: string, devices: CdiSpec['devices']): void {
  const spec: CdiSpec = { cdiVersion: '0.3.0', kind: kindOf(driver), devices }
  p.machine.files.writeText(specPath(p, driver, name), JSON.stringify(spec))
}
