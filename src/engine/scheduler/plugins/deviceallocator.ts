/** Finds devices for claims on one node: the first of all solutions, tried in order (dynamic-resource-allocation/structured, the stable allocator). */
import { cel } from '../../api/cel/cel.ts'
import type { NodeSelector, Selectable } from '../../api/nodeSelector.ts'
import type { AllocatedDevice, Allocation, Asked, DeviceAttribute, DeviceClass, DeviceRequest, DeviceSelector, ResourceClaim, ResourceSlice } from '../../api/resourceClaims.ts'
import { poolsFor, type OfferedDevice, type Pool } from './devicepools.ts'

/** A claim holds so many devices. */
const mostDevices = 32

export interface Offers {
  readonly slices: Iterable<ResourceSlice>
  classOf(name: string): DeviceClass | undefined
  /** By deviceId: devices that other claims have. */
  readonly taken: ReadonlySet<string>
  readonly programs: Programs
}

/** Selectors, each compiled once. */
export class Programs {
  private readonly known = new Map<string, ReturnType<Compile>>()

  of(expression: string): ReturnType<Compile> {
    let program = this.known.get(expression)
    if (program === undefined) this.known.set(expression, (program = cel.get().deviceProgram(expression)))
    return program
  }
}

type Compile = ReturnType<typeof cel.get>['deviceProgram']

/** One way to serve a request: itself, or one of its alternatives. */
interface Option {
  readonly name: string
  readonly parent: string | undefined
  readonly asked: Asked
  readonly deviceClass: DeviceClass
  /** Of a request for all there are. */
  readonly all: readonly OfferedDevice[] | undefined
  readonly count: number
}

interface Chosen {
  readonly option: Option
  readonly offered: OfferedDevice
}

/** Why there can be no allocation on any node. */
class AllocationError extends Error {}

const keyOf = ({ metadata: { namespace, name } }: ResourceClaim): string => `${namespace}/${name}`

/** An allocation for each claim, or why the node has none for all of them, or what is wrong with a claim or a class. */
export function allocate(claims: readonly ResourceClaim[], node: Selectable, offers: Offers): Allocation[] | { refused: string } | { error: string } {
  try {
    return new Search(claims, node, offers).run()
  } catch (error) {
    if (error instanceof AllocationError) return { error: error.message }
    throw error
  }
}

class Search {
  private readonly claims: readonly ResourceClaim[]
  private readonly node: Selectable
  private readonly offers: Offers
  private readonly pools: readonly Pool[]
  /** By claim and request. */
  private readonly options: readonly (readonly Option[])[][]
  /** By claim. */
  private readonly chosen: Chosen[][]
  private readonly inUse: Set<string>

  constructor(claims: readonly ResourceClaim[], node: Selectable, offers: Offers) {
    this.claims = claims
    this.node = node
    this.offers = offers
    this.inUse = new Set(offers.taken)
    this.pools = poolsFor(node, offers.slices)
    this.options = claims.map((claim) => requestsOf(claim).map((request) => this.optionsOf(claim, request)))
    this.chosen = claims.map(() => [])
  }

  run(): Allocation[] | { refused: string } {
    if (!this.fill(0, 0)) return { refused: this.pools.some(({ isInvalid }) => isInvalid) ? 'invalid resource pools were encountered' : 'cannot allocate all claims' }
    return this.claims.map((claim, i) => this.allocationOf(claim, this.chosen[i]!))
  }

  private optionsOf(claim: ResourceClaim, { name, exactly, firstAvailable = [] }: DeviceRequest): Option[] {
    if (exactly !== undefined) return [this.option(claim, name, undefined, exactly)]
    return firstAvailable.map((sub) => this.option(claim, sub.name, name, sub))
  }

  private option(claim: ResourceClaim, name: string, parent: string | undefined, asked: Asked): Option {
    const what = `claim ${keyOf(claim)}, request ${name}`
    const deviceClass = this.offers.classOf(asked.deviceClassName)
    if (deviceClass === undefined) throw new AllocationError(`${what}: could not retrieve device class ${asked.deviceClassName}: deviceclass.resource.k8s.io "${asked.deviceClassName}" not found`)
    const option = { name, parent, asked, deviceClass, all: undefined, count: asked.count ?? 1 }
    if (asked.allocationMode !== 'All') return option
    for (const { id, isIncomplete, isInvalid } of this.pools) {
      if (isIncomplete || isInvalid) throw new AllocationError(`${what}: asks for all devices, but resource pool ${id} is currently ${isIncomplete ? 'being updated' : 'invalid'}`)
    }
    const all = this.pools.flatMap(({ devices }) => devices.filter((offered) => this.fits(claim, option, offered)))
    return { ...option, all, count: all.length }
  }

  /** From this request on, all that is left. */
  private fill(claim: number, request: number): boolean {
    if (claim === this.claims.length) return true
    const requests = this.options[claim]!
    if (request === requests.length) return this.fill(claim + 1, 0)
    return requests[request]!.some((option) => option.count > 0 && this.chosen[claim]!.length + option.count <= mostDevices && this.take(claim, request, option, 0))
  }

  private take(claim: number, request: number, option: Option, at: number): boolean {
    if (at === option.count) return this.fill(claim, request + 1)
    if (option.all !== undefined) return this.tryDevice(claim, request, option, at, option.all[at]!)
    for (const { isIncomplete, isInvalid, devices } of this.pools) {
      if (isIncomplete || isInvalid) continue
      for (const offered of devices) if (this.fits(this.claims[claim]!, option, offered) && this.tryDevice(claim, request, option, at, offered)) return true
    }
    return false
  }

  private tryDevice(claim: number, request: number, option: Option, at: number, offered: OfferedDevice): boolean {
    const chosen = this.chosen[claim]!
    const isShared = option.asked.adminAccess === true
    if (isShared ? chosen.some((other) => other.offered.id === offered.id) : this.inUse.has(offered.id)) return false
    chosen.push({ option, offered })
    if (!this.isAllowed(this.claims[claim]!, chosen)) {
      chosen.pop()
      if (option.all === undefined) return false
      throw new AllocationError(`claim ${keyOf(this.claims[claim]!)}, request ${option.name}: cannot add device ${offered.id} because a claim constraint would not be satisfied`)
    }
    if (!isShared) this.inUse.add(offered.id)
    if (this.take(claim, request, option, at + 1)) return true
    if (!isShared) this.inUse.delete(offered.id)
    chosen.pop()
    return false
  }

  private fits(claim: ResourceClaim, { deviceClass, asked }: Pick<Option, 'deviceClass' | 'asked'>, offered: OfferedDevice): boolean {
    const { programs } = this.offers
    return selected(programs, deviceClass.spec.selectors, `class ${deviceClass.metadata.name}`, offered) && selected(programs, asked.selectors, `claim ${keyOf(claim)}`, offered)
  }

  /** matchAttribute: the devices of the requests that it names, or of all, have the same value. */
  private isAllowed(claim: ResourceClaim, chosen: readonly Chosen[]): boolean {
    return (claim.spec.devices?.constraints ?? []).every(({ requests = [], matchAttribute = '' }) => {
      const values = chosen.filter(({ option }) => requests.length === 0 || isNamed(requests, option)).map(({ offered }) => attributeOf(offered, matchAttribute))
      return values.every((value) => value !== undefined && value === values[0])
    })
  }

  private allocationOf(claim: ResourceClaim, chosen: readonly Chosen[]): Allocation {
    const results = chosen.map(({ option, offered }): AllocatedDevice => ({
      request: fullName(option), driver: offered.driver, pool: offered.pool, device: offered.device.name, ...(option.asked.adminAccess === true ? { adminAccess: true } : {}),
    }))
    const config = configOf(claim, [...new Set(chosen.map(({ option }) => option))])
    const nodeSelector = nodeSelectorOf(chosen.map(({ offered }) => offered.slice), this.node)
    return { devices: { results, ...(config.length === 0 ? {} : { config }) }, ...(nodeSelector === undefined ? {} : { nodeSelector }) }
  }
}

const requestsOf = ({ spec }: ResourceClaim): readonly DeviceRequest[] => spec.devices?.requests ?? []

const fullName = ({ name, parent }: Option): string => (parent === undefined ? name : `${parent}/${name}`)

const isNamed = (requests: readonly string[], option: Option): boolean => requests.includes(fullName(option)) || (option.parent !== undefined && requests.includes(option.parent))

function selected(programs: Programs, selectors: readonly DeviceSelector[] = [], whose: string, { driver, device, id }: OfferedDevice): boolean {
  return selectors.every(({ cel: selector }, i) => {
    const program = programs.of(selector?.expression ?? '')
    if ('error' in program) throw new AllocationError(`${whose}: selector #${i}: CEL compile error: ${program.error}`)
    const matches = program.matches(driver, device)
    if (typeof matches !== 'boolean') throw new AllocationError(`${whose}: selector #${i} on device ${id}: CEL runtime error: ${matches.failed}`)
    return matches
  })
}

/** As a text with its type; a name of the driver's own domain may stand without it. */
function attributeOf({ driver, device: { attributes = {} } }: OfferedDevice, name: string): string | undefined {
  const own = name.startsWith(`${driver}/`) ? attributes[name.slice(driver.length + 1)] : undefined
  const attribute: DeviceAttribute | undefined = attributes[name] ?? own
  return attribute === undefined ? undefined : JSON.stringify(attribute)
}

type Config = NonNullable<Allocation['devices']['config']>[number]

/** That of each class once, then the claim's own; one for all requests names none. */
function configOf(claim: ResourceClaim, options: readonly Option[]): Config[] {
  const classes = new Map<DeviceClass, string[]>()
  for (const option of options) classes.set(option.deviceClass, [...(classes.get(option.deviceClass) ?? []), fullName(option)])
  const fromClasses = [...classes].flatMap(([{ spec }, requests]) => (spec.config ?? []).map((config): Config => ({ source: 'FromClass', requests, ...config })))
  const fromClaim = (claim.spec.devices?.config ?? []).flatMap((config): Config[] => {
    const { requests = [] } = config
    return requests.length === 0 || options.some((option) => isNamed(requests, option)) ? [{ ...config, source: 'FromClaim' }] : []
  })
  return [...fromClasses, ...fromClaim].map(({ requests = [], ...config }) => (requests.length === 0 || requests.length === requestsOf(claim).length ? config : { ...config, requests }))
}

/** Where the devices can be reached; undefined: anywhere. */
function nodeSelectorOf(slices: readonly ResourceSlice[], node: Selectable): NodeSelector | undefined {
  if (slices.some(({ spec }) => spec.nodeName !== undefined)) return { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node.name] }] }] }
  const terms = slices.flatMap(({ spec }) => spec.nodeSelector?.nodeSelectorTerms?.slice(0, 1) ?? [])
  if (terms.length === 0) return undefined
  const all = <K extends 'matchExpressions' | 'matchFields'>(key: K) => terms.flatMap((term) => term[key] ?? [])
  const [matchExpressions, matchFields] = [all('matchExpressions'), all('matchFields')]
  return { nodeSelectorTerms: [{ ...(matchExpressions.length > 0 ? { matchExpressions } : {}), ...(matchFields.length > 0 ? { matchFields } : {}) }] }
}
