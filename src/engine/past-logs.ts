import { logLines, type ContainerRecord } from './api/machine.ts'
import type { Response } from './api/request.ts'
import { notFound } from './api/status.ts'
import type { Pod } from './api/types.ts'
import { objectKey } from './apiserver/keys.ts'
import { refusal, type ObjectReader } from './apiserver/read.ts'
import type { ApiRequest } from './apiserver/request-info.ts'
import { printLogs, selectLogs, type LogSource } from './kubelet/logs.ts'
import { pastLogs, type MachineView } from './view.ts'

/** The answer to `kubectl logs` at a past moment: what lay on the pod's machine then. */
export function logsAt(request: ApiRequest, reader: ObjectReader, machineOf: (node: string) => MachineView, nowMs: number): Response {
  const pod = reader.get(objectKey(request.info!, request.namespace, request.name!)) as Pod | undefined
  if (pod === undefined) return refusal(notFound(request.info!, request.name!))
  const machine = machineOf(pod.spec.nodeName ?? '')
  const source: LogSource = {
    containersOf: (uid) => (machine.list('containers/') as ContainerRecord[]).filter(({ podUID }) => podUID === uid).sort((a, b) => a.createdAt - b.createdAt),
    logs: (id) => logLines(machine.list(`logs/${id}/`)),
  }
  const selected = selectLogs(source, pod, request.query, nowMs)
  if ('status' in selected) return refusal(selected.status)
  return { code: 200, body: 'lost' in selected ? selected.lost : printLogs(selected.lines, request.query) }
}

pastLogs.bring(logsAt)
