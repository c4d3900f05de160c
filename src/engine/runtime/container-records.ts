import { textOf, type ContainerRecord, type LogLine } from '../api/machine.ts'
import type { ContainerOS, Exit } from './container-os.ts'
import type { CriContainerConfig } from './cri.ts'
import { normalizeReference, type ImageConfig } from './images.ts'

/** The record of a container that has been created and not yet started. */
export function createdRecord(id: string, sandboxID: string, config: CriContainerConfig, image: ImageConfig, now: number): ContainerRecord {
  return {
    id,
    sandboxID,
    podUID: config.podUID,
    name: config.name,
    type: config.type,
    image: image.reference,
    imageID: `${repositoryOf(image)}@${image.digest}`,
    attempt: config.attempt,
    state: 'created',
    createdAt: now,
    startedAt: undefined,
    finishedAt: undefined,
    exitCode: undefined,
    reason: undefined,
    message: undefined,
    memoryLimitBytes: config.memoryLimitBytes,
    cpuLimitMillis: config.cpuLimitMillis,
    specHash: config.specHash,
    pid: undefined,
    stopping: undefined,
  }
}

function repositoryOf(image: ImageConfig): string {
  const name = normalizeReference(image.reference)
  return 'error' in name ? image.reference : name.repository
}

/** Limits of kuberuntime: bytes of a message, lines and bytes of a log that stands in for it. */
const maxMessageLength = 4096
const fallbackLines = 80
const fallbackLength = 2048

/** What the process has left at its terminationMessagePath, or the end of its log (kuberuntime getTerminationMessage). */
export function lastWord(os: ContainerOS, config: CriContainerConfig, exit: Exit, log: readonly LogLine[]): string | undefined {
  const message = os.files.readText(config.terminationMessagePath)
  if (message) return message.slice(-maxMessageLength)
  if (!config.terminationMessageFallback || (exit.exitCode === 0 && exit.oom !== true)) return undefined
  const text = log.slice(-fallbackLines).map(textOf).join('').slice(-fallbackLength)
  return text === '' ? undefined : text
}

/** cri/server: OOMKilled when the cgroup says so, else by the exit code. */
export function exitReason(exit: Exit): string {
  if (exit.oom === true) return 'OOMKilled'
  return exit.exitCode === 0 ? 'Completed' : 'Error'
}

/** Where on the flowchart its start belongs. */
export function startMilestone(record: ContainerRecord): string {
  return record.type === 'init' ? 'create/init' : 'create/containers'
}
