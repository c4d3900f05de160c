import type { KubeletFile } from '../../api/kubeletConfiguration.ts'
import { firstObject } from '../../api/yaml.ts'
import type { FileSystem } from '../../runtime/filesystem.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Fields of a KubeletConfiguration by their types in Go (staging/src/k8s.io/kubelet/config/v1beta1/types.go). */
const types: readonly [type: string, names: string][] = [
  ['bool', `enableServer rotateCertificates serverTLSBootstrap enableDebuggingHandlers enableContentionProfiling cpuCFSQuota cgroupsPerQOS runOnce serializeImagePulls
    enableControllerAttachDetach protectKernelDefaults makeIPTablesUtilChains failSwapOn enableSystemLogHandler enableSystemLogQuery enableProfilingHandler
    enableDebugFlagsHandler seccompDefault registerNode localStorageCapacityIsolation failCgroupV1 mergeDefaultEvictionSettings singleProcessOOMKill`],
  ['int32', `port readOnlyPort registryPullQPS registryBurst eventRecordQPS eventBurst healthzPort oomScoreAdj nodeLeaseDurationSeconds imageGCHighThresholdPercent
    imageGCLowThresholdPercent maxPods podsPerCore evictionMaxPodGracePeriod kubeAPIQPS kubeAPIBurst iptablesMasqueradeBit iptablesDropBit nodeStatusMaxImages
    maxParallelImagePulls containerLogMaxFiles containerLogMaxWorkers`],
  ['int64', 'podPidsLimit maxOpenFiles'],
  ['string', `staticPodPath podLogsDir staticPodURL address tlsCertFile tlsPrivateKeyFile tlsMinVersion healthzBindAddress clusterDomain kubeletCgroups systemCgroups cgroupRoot
    cgroupDriver cpuManagerPolicy memoryManagerPolicy topologyManagerPolicy topologyManagerScope hairpinMode podCIDR resolvConf contentType systemReservedCgroup
    kubeReservedCgroup reservedSystemCPUs showHiddenMetricsForVersion containerLogMaxSize configMapAndSecretChangeDetectionStrategy volumePluginDir providerID
    containerRuntimeEndpoint imageServiceEndpoint imagePullCredentialsVerificationPolicy`],
  ['Duration', `syncFrequency fileCheckFrequency httpCheckFrequency streamingConnectionIdleTimeout nodeStatusUpdateFrequency nodeStatusReportFrequency imageMinimumGCAge
    imageMaximumGCAge volumeStatsAggPeriod cpuManagerReconcilePeriod runtimeRequestTimeout cpuCFSQuotaPeriod evictionPressureTransitionPeriod shutdownGracePeriod
    shutdownGracePeriodCriticalPods containerLogMonitorInterval`],
  ['[]string', 'tlsCipherSuites clusterDNS allowedUnsafeSysctls enforceNodeAllocatable'],
  ['map[string]string', `staticPodURLHeader evictionHard evictionSoft evictionSoftGracePeriod evictionMinimumReclaim qosReserved systemReserved kubeReserved
    cpuManagerPolicyOptions topologyManagerPolicyOptions`],
  ['map[string]bool', 'featureGates'],
  ['struct', `authentication authorization memorySwap logging tracing crashLoopBackOff userNamespaces`],
  ['[]struct', 'reservedMemory shutdownGracePeriodByPodPriority registerWithTaints preloadedImagesVerificationAllowlist'],
]

const typeOf: ReadonlyMap<string, string> = new Map(types.flatMap(([type, names]) => words(names).map((name) => [name, type] as const)))

/** What a value is in encoding/json's words. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}

function isOf(type: string, value: unknown): boolean {
  if (value === null) return true
  switch (type) {
    case 'bool':
      return typeof value === 'boolean'
    case 'int32':
    case 'int64':
      return Number.isInteger(value)
    case 'string':
      return typeof value === 'string'
    case 'Duration':
      return typeof value === 'string' || value === 0
    case '[]string':
      return Array.isArray(value) && value.every((one) => typeof one === 'string')
    case 'map[string]string':
      return isMap(value) && Object.values(value).every((one) => typeof one === 'string')
    case 'map[string]bool':
      return isMap(value) && Object.values(value).every((one) => typeof one === 'boolean')
    case 'struct':
      return isMap(value)
    default:
      return Array.isArray(value)
  }
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function mismatch(name: string, value: unknown): string | undefined {
  const type = typeOf.get(name)
  if (type === undefined || isOf(type, value)) return undefined
  if (type === 'Duration' && typeof value === 'number') return `json: cannot unmarshal number into Go struct field KubeletConfiguration.${name} of type string`
  const inner = isMap(value) && type.startsWith('map') ? Object.values(value).find((one) => typeof one !== (type.endsWith('bool') ? 'boolean' : 'string')) : Array.isArray(value) && type === '[]string' ? value.find((one) => typeof one !== 'string') : undefined
  const of = inner === undefined ? type.replace('struct', `v1beta1.Kubelet${name[0]!.toUpperCase()}${name.slice(1)}`) : type.replace(/^(\[\]|map\[string\])/, '')
  const shown = typeof (inner ?? value) === 'number' && type.startsWith('int') ? `number ${String(inner ?? value)}` : kindOf(inner ?? value)
  return `json: cannot unmarshal ${shown} into Go struct field KubeletConfiguration.${name} of type ${of}`
}

/** ['30s', '1h5m'] are times (time.ParseDuration). */
const isDuration = (text: string): boolean => /^[-+]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(text)

export type Loaded = { configuration: KubeletFile; warnings: string[] } | { error: string }

/** The file of `--config` (pkg/kubelet/kubeletconfig/configfiles, util/codec). */
export function loadConfigFile(files: FileSystem, path: string): Loaded {
  const failed = (why: string): Loaded => ({ error: `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error ${why}` })
  const stat = files.stat(path)
  if (stat === undefined) return failed(`failed to read kubelet config file "${path}", error: open ${path}: no such file or directory`)
  if (stat.type === 'directory') return failed(`failed to read kubelet config file "${path}", error: read ${path}: is a directory`)
  const text = files.readText(path) ?? ''
  if (text === '') return failed(`kubelet config file "${path}" was empty`)
  const read = firstObject(text)
  if (typeof read === 'string' || !isMap(read)) return failed(`failed to decode: couldn't get version/kind; json parse error: ${yamlError(text, read)}`)
  const { apiVersion = '', kind = '', ...fields } = read as Record<string, unknown>
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return failed(`failed to decode: couldn't get version/kind; json parse error: json: cannot unmarshal ${kindOf(typeof apiVersion === 'string' ? kind : apiVersion)} into Go struct field .${typeof apiVersion === 'string' ? 'kind' : 'apiVersion'} of type string`)
  if (kind === '') return failed(`failed to decode: Object 'Kind' is missing in '${jsonOf(read)}'`)
  if (apiVersion === '') return failed(`failed to decode: Object 'apiVersion' is missing in '${jsonOf(read)}'`)
  if (apiVersion !== 'kubelet.config.k8s.io/v1beta1' || kind !== 'KubeletConfiguration') return failed(`failed to decode: no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/kubelet/apis/config/scheme/scheme.go:33"`)
  const unknown: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    const wrong = mismatch(name, value)
    if (wrong !== undefined) return failed(`failed to decode: ${wrong}`)
    if (typeOf.get(name) === 'Duration' && typeof value === 'string' && !isDuration(value)) return failed(`failed to decode: time: invalid duration ${JSON.stringify(value)}`)
    if (!typeOf.has(name)) unknown.push(`unknown field "${name}"`)
  }
  const warnings = unknown.length === 0 ? [] : [`"Using lenient decoding as strict decoding failed" err=${JSON.stringify(`strict decoding error: ${unknown.join(', ')}`)}`]
  return { configuration: withoutZeros(fields), warnings }
}

const jsonOf = (value: unknown): string => JSON.stringify(value)

/** go-yaml names the line, counted from 1, and says what it wanted there. */
function yamlError(text: string, read: object | string): string {
  if (typeof read !== 'string' || read === 'no object') return 'json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
  const lines = text.split('\n')
  const tab = lines.findIndex((line) => /^\s*\t/.test(line))
  if (tab >= 0) return `error converting YAML to JSON: yaml: line ${tab + 1}: found character that cannot start any token`
  const odd = lines.findIndex((line, i) => /^\S/.test(line) && !/^(#|---|[^:]+:(\s|$)|- )/.test(line) && i > 0)
  if (odd >= 0) return `error converting YAML to JSON: yaml: line ${odd + 2 > lines.length ? odd + 1 : odd + 2}: could not find expected ':'`
  const deep = lines.findIndex((line, i) => i > 0 && /^\s+\S+:/.test(line) && /^[^\s#][^:]*:\s+\S/.test(lines[i - 1]!))
  if (deep >= 0) return `error converting YAML to JSON: yaml: line ${deep + 1}: mapping values are not allowed in this context`
  return `error converting YAML to JSON: yaml: line ${Math.max(1, lines.length - 1)}: did not find expected key`
}

/** One that is known to be well. */
export function parseConfiguration(text: string): KubeletFile {
  const { apiVersion: _, kind: __, ...fields } = firstObject(text) as Record<string, unknown>
  return withoutZeros(fields)
}

/** '0s' is written for what is left to the default (v1beta1/defaults.go). */
function withoutZeros(fields: Record<string, unknown>): KubeletFile {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== null && !(value === '0s' && typeOf.get(name) === 'Duration'))) as KubeletFile
}

/** What is wrong with it (pkg/kubelet/apis/config/validation). */
export function invalidIn(c: KubeletFile): string | undefined {
  const fields = c as Record<string, unknown>
  const number = (name: string, otherwise: number): number => (typeof fields[name] === 'number' ? fields[name] : otherwise)
  const errors: string[] = []
  const between = (name: string, flag: string, otherwise: number, low: number, high: number): void => {
    const value = number(name, otherwise)
    if (value < low || value > high) errors.push(`invalid configuration: ${name} (--${flag}) ${value} must be between ${low} and ${high}, inclusive`)
  }
  const notNegative = (name: string, flag: string): void => {
    if (number(name, 0) < 0) errors.push(`invalid configuration: ${name} (--${flag}) ${number(name, 0)} must not be a negative number`)
  }
  notNegative('eventBurst', 'event-burst')
  notNegative('eventRecordQPS', 'event-qps')
  if (number('healthzPort', 10248) !== 0) between('healthzPort', 'healthz-port', 10248, 1, 65535)
  between('imageGCHighThresholdPercent', 'image-gc-high-threshold', 85, 0, 100)
  between('imageGCLowThresholdPercent', 'image-gc-low-threshold', 80, 0, 100)
  const [low, high] = [number('imageGCLowThresholdPercent', 80), number('imageGCHighThresholdPercent', 85)]
  if (low >= high) errors.push(`invalid configuration: imageGCLowThresholdPercent (--image-gc-low-threshold) ${low} must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) ${high}`)
  notNegative('kubeAPIBurst', 'kube-api-burst')
  notNegative('kubeAPIQPS', 'kube-api-qps')
  notNegative('maxPods', 'max-pods')
  between('oomScoreAdj', 'oom-score-adj', -999, -1000, 1000)
  notNegative('podsPerCore', 'pods-per-core')
  between('port', 'port', 10250, 1, 65535)
  if (number('readOnlyPort', 0) !== 0 && (number('readOnlyPort', 0) < 1 || number('readOnlyPort', 0) > 65535)) errors.push(`invalid configuration: readOnlyPort (--read-only-port) ${number('readOnlyPort', 0)} must be between 0 and 65535, inclusive`)
  if (c.maxParallelImagePulls !== undefined && c.maxParallelImagePulls < 1) errors.push(`invalid configuration: maxParallelImagePulls ${c.maxParallelImagePulls} must be a positive number`)
  if (c.serializeImagePulls !== false && (c.maxParallelImagePulls ?? 0) > 1) errors.push('invalid configuration: maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set to false')
  return errors.length === 0 ? undefined : errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`
}
