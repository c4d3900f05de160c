import type { Step } from '../../../worker/protocol.ts'

/**
 * A step in one line of Kubernetes' own words, for lists and hover: 'kubectl → kube-apiserver  create
 * pods/web 201'. The caption says it in sentences (src/stage/caption).
 */
export function hopText(step: Step): string {
  return `${hopPath(step)}  ${hopWhat(step)}`.trim()
}

export function hopPath({ from, to }: Step): string {
  return from === to ? from : `${from} → ${to}`
}

export function hopWhat(step: Step): string {
  const { verb, resource, subresource, name, code, detail, milestone } = step
  const object = [resource, name, subresource].filter((part) => part !== undefined).join('/')
  const line = detail?.['line']
  const what = [verb, object === '' ? undefined : object, code]
  if (step.kind === 'input' && typeof line === 'string') what.unshift(line)
  if (step.kind === 'watch' && verb === undefined) what.unshift('watch')
  const words = what.filter((part) => part !== undefined && part !== '')
  const named = verb === undefined && step.kind !== 'input' ? (milestone?.split('/')[1] ?? detail?.type) : undefined
  return [...(named === undefined ? [] : [named]), ...words].join(' ')
}

/** To ask for what is not there is no failure: apply begins with it. */
export function isRefusal({ code = 0, verb }: Step): boolean {
  return code >= 400 && !(code === 404 && verb === 'get')
}
