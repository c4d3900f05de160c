import type { ContainerRecord, LogLine, SandboxRecord } from '../../api/machine.ts'
import { formatMicroTime } from '../../api/time.ts'
import { type Node, file, symlink, virtual } from '../../runtime/filesystem/node.ts'

/** What a runtime knows of the logs that it keeps. */
export interface Logs {
  podUIDs(): Iterable<string>
  sandboxesOf(podUID: string): readonly SandboxRecord[]
  containersOf(podUID: string): readonly ContainerRecord[]
  logs(id: string): readonly LogLine[]
}

const podLogs = '/var/log/pods'

/**
 * /var/log/pods and /var/log/containers of a node, made when somebody looks: the logs as the runtime writes them, and links that tell by their names
 * whose they are (pkg/kubelet/kuberuntime/helpers.go BuildContainerLogsDirectory, legacy.go).
 */
export function logDirectories(runtime: Logs): [path: string, node: Node][] {
  const byDirectory = (): Map<string, string> => new Map([...runtime.podUIDs()].flatMap((uid) => {
    const [sandbox] = runtime.sandboxesOf(uid)
    return sandbox === undefined ? [] : [[directoryOf(sandbox), uid]]
  }))
  const links = (): Map<string, string> => new Map([...byDirectory()].flatMap(([directory, uid]) => {
    const { podName, podNamespace } = runtime.sandboxesOf(uid)[0]!
    return runtime.containersOf(uid).map(({ id, name, attempt }): [string, string] =>
      [`${podName}_${podNamespace}_${name}-${id}.log`, `${podLogs}/${directory}/${name}/${attempt}.log`])
  }))
  const pods = virtual(() => [...byDirectory().keys()], (directory) => {
    const uid = byDirectory().get(directory)
    return uid === undefined ? undefined : ofPod(runtime, uid)
  })
  const containers = virtual(() => [...links().keys()], (name) => {
    const target = links().get(name)
    return target === undefined ? undefined : symlink(target)
  })
  return [[podLogs, pods], ['/var/log/containers', containers]]
}

const directoryOf = ({ podNamespace, podName, podUID }: SandboxRecord): string => `${podNamespace}_${podName}_${podUID}`

function ofPod(runtime: Logs, uid: string): Node {
  const named = (name: string): readonly ContainerRecord[] => runtime.containersOf(uid).filter((container) => container.name === name)
  return virtual(
    () => [...new Set(runtime.containersOf(uid).map(({ name }) => name))],
    (name) => (named(name).length === 0 ? undefined : virtual(
      () => named(name).map(({ attempt }) => `${attempt}.log`),
      (log) => {
        const container = named(name).find(({ attempt }) => log === `${attempt}.log`)
        return container === undefined ? undefined : logFile(runtime.logs(container.id), container.createdAt)
      },
    )),
  )
}

/** Each line as the CRI wants it: when, of which stream, whether it is whole ("F") or not ("P"), and what. */
function logFile(lines: readonly LogLine[], createdAt: number): Node {
  const text = lines.map((line) => `${formatMicroTime(line.at).replace('Z', '000Z')} ${line.stream} ${line.unfinished === true ? 'P' : 'F'} ${line.text}\n`).join('')
  return file(text, { mode: 0o640, modifiedAt: lines.at(-1)?.at ?? createdAt })
}
