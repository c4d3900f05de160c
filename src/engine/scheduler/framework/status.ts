/**
 * What a plugin answers (k8s.io/kube-scheduler/framework, Code and Status). Success is `undefined`, so that
 * the usual answer costs nothing.
 */
export type Code =
  | 'Error'
  | 'Unschedulable'
  | 'UnschedulableAndUnresolvable'
  /** PreFilter, PreScore: the plugin has nothing to say about this pod. */
  | 'Skip'

export interface Status {
  readonly code: Code
  readonly reasons: readonly string[]
  /** The plugin that said so. */
  readonly plugin: string
}

/** Unschedulable: removing other pods from the node may help, so preemption is tried there. */
export function unschedulable(plugin: string, ...reasons: string[]): Status {
  return { code: 'Unschedulable', reasons, plugin }
}

/** UnschedulableAndUnresolvable: removing other pods from the node does not help. */
export function unresolvable(plugin: string, ...reasons: string[]): Status {
  return { code: 'UnschedulableAndUnresolvable', reasons, plugin }
}

/** Something unexpected: the pod is tried again after a back-off, whatever happens in the cluster. */
export function failed(plugin: string, message: string): Status {
  return { code: 'Error', reasons: [message], plugin }
}

export function skip(plugin: string): Status {
  return { code: 'Skip', reasons: [], plugin }
}

export function isRejected(status: Status): boolean {
  return status.code === 'Unschedulable' || status.code === 'UnschedulableAndUnresolvable'
}

export function messageOf(status: Status): string {
  return status.reasons.join(', ')
}
