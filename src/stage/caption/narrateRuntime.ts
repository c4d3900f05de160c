import type { Step } from '../../worker/protocol.ts'
import { podOf, type NarrationContext } from './context.ts'
import { graceOf } from './narrateWatch.ts'
import { bytes, fact, numberFact, objectOf, phrase, who, Who, type NarrationKey, type Phrase } from './phrase.ts'

/** What happens on a node. */
export function narrateRuntime(step: Step, context: NarrationContext): Phrase {
  const given = { ...facts(step), grace: graceOf(podOf(step, context)) }
  return phrase(runtimeKey(step, context), given)
}

function facts(step: Step) {
  const volumes = step.detail?.['volumes']
  return {
    Who: Who(step),
    who: who(step.from),
    object: objectOf(step),
    container: fact(step, 'container'),
    attempt: numberFact(step, 'attempt') ?? 0,
    ip: fact(step, 'ip'),
    image: fact(step, 'image'),
    size: bytes(numberFact(step, 'sizeBytes') ?? 0),
    handler: fact(step, 'handler'),
    failure: fact(step, 'failure'),
    signal: fact(step, 'signal'),
    exitCode: numberFact(step, 'exitCode') ?? 0,
    probe: fact(step, 'probe'),
    message: fact(step, 'message').trim(),
    file: fact(step, 'file'),
    reason: fact(step, 'reason'),
    volumes: Array.isArray(volumes) ? volumes.map(String) : '',
  }
}

function runtimeKey(step: Step, context: NarrationContext): NarrationKey {
  switch (step.detail?.type) {
    case 'RunPodSandbox':
      return (numberFact(step, 'attempt') ?? 0) > 0 ? 'runtime.sandboxAgain' : 'runtime.sandbox'
    case 'SandboxReady':
      return 'runtime.sandboxReady'
    case 'StopPodSandbox':
      return 'runtime.sandboxStopped'
    case 'VolumesMounted':
      return 'runtime.volumes'
    case 'PullImage':
      return 'runtime.pull'
    case 'ImagePulled':
      return 'runtime.pulled'
    case 'RemoveImage':
      return 'runtime.imageRemoved'
    case 'PullFailed':
      return 'runtime.pullFailed'
    case 'CreateContainer':
      return 'runtime.created'
    case 'StartContainer':
      return (numberFact(step, 'attempt') ?? 0) > 0 ? 'runtime.restarted' : 'runtime.started'
    case 'HookStarted':
      return fact(step, 'hook') === 'postStart' ? 'runtime.postStart' : 'runtime.preStop'
    case 'HookEnded':
      return hookEndKey(step)
    case 'Signal':
      return signalKey(step)
    case 'Exited':
      return exitKey(step, context)
    case 'ManifestRefused':
      return 'runtime.manifestRefused'
    case 'PodEnds':
      return 'runtime.podEnds'
    case 'ComponentStopped':
      return 'runtime.componentStopped'
    case 'ComponentStarted':
      return 'runtime.componentStarted'
    case 'LeaseLost':
      return 'runtime.leaseLost'
    case 'LeaseAcquired':
      return 'runtime.leaseAcquired'
    case 'Probe':
      return probeKeys[fact(step, 'result')] ?? 'runtime.probeUnknown'
    default:
      return milestoneKeys[step.milestone ?? ''] ?? 'runtime.other'
  }
}

const probeKeys: Readonly<Record<string, NarrationKey>> = { success: 'runtime.probeOk', failure: 'runtime.probeFailed' }

const milestoneKeys: Readonly<Record<string, NarrationKey>> = {
  'terminate/wait': 'runtime.wait',
  'terminate/clean-up': 'runtime.cleanUp',
  'create/status': 'runtime.running',
}

function hookEndKey(step: Step): NarrationKey {
  const failed = fact(step, 'failure') !== ''
  if (fact(step, 'hook') === 'postStart') return failed ? 'runtime.postStartFailed' : 'runtime.postStartDone'
  // Killed with its container, at the end of the grace period.
  if (fact(step, 'failure').endsWith('exited with 137')) return 'runtime.preStopGivenUp'
  return failed ? 'runtime.preStopFailed' : 'runtime.preStopDone'
}

function signalKey(step: Step): NarrationKey {
  if (step.milestone === 'terminate/kill') return 'runtime.kill'
  return step.milestone === 'terminate/term' ? 'runtime.term' : 'runtime.signal'
}

function exitKey(step: Step, context: NarrationContext): NarrationKey {
  if (step.detail?.['oom'] === true) return 'runtime.oom'
  const exitCode = numberFact(step, 'exitCode')
  if (exitCode === 137) return 'runtime.killed'
  const asked = step.milestone === 'terminate/exited' || podOf(step, context)?.metadata.deletionTimestamp !== undefined
  if (asked) return 'runtime.exitedInTime'
  return exitCode === 0 ? 'runtime.exitedWell' : 'runtime.exited'
}
