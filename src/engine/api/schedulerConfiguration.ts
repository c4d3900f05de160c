/**
 * KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1): profiles, which plugins they run at which extension point,
 * weights and arguments.
 */
export type ExtensionPoint =
  | 'preEnqueue' | 'preFilter' | 'filter' | 'postFilter' | 'preScore' | 'score' | 'reserve' | 'permit' | 'preBind' | 'bind'

export interface PluginRef {
  readonly name: string
  readonly weight?: number
}

export interface PluginSet {
  readonly enabled?: readonly PluginRef[]
  readonly disabled?: readonly PluginRef[]
}

export interface KubeSchedulerProfile {
  readonly schedulerName?: string
  readonly percentageOfNodesToScore?: number
  readonly plugins?: Readonly<Partial<Record<ExtensionPoint | 'multiPoint', PluginSet>>>
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: Readonly<Record<string, unknown>> }[]
}

export interface KubeSchedulerConfiguration {
  readonly apiVersion?: string
  readonly kind?: string
  readonly percentageOfNodesToScore?: number
  readonly podInitialBackoffSeconds?: number
  readonly podMaxBackoffSeconds?: number
  readonly profiles?: readonly KubeSchedulerProfile[]
}
