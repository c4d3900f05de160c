import { kubernetesVersion } from '../../api/version.ts'
import { formatTime } from '../tools/calendar.ts'
import type { Daemon } from '../process/node-processes.ts'
import type { JournalLine, JournalSources } from './services.ts'

const kubeletCommand = '/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --container-runtime-endpoint=unix:///run/containerd/containerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.10.1'

/** The services of a node that its administrators look at, as they have run since it was started. */
export function daemonsOf(since: number): Daemon[] {
  return [
    { pid: 841, command: kubeletCommand, since: since + 9000 },
    { pid: 612, command: '/usr/bin/containerd', since: since + 5000 },
    { pid: 287, command: '/usr/lib/systemd/systemd-journald', since: since + 1000 },
  ]
}

/** klog's way: what kind of line, month and day, the time, the process and where in the source. */
export const klog = (kind: 'I' | 'E' | 'W', at: number, place: string, text: string, pid = 841): string => `${kind}${formatTime('%m%d %T', at)}.${String(at % 1000).padStart(3, '0')}000 ${String(pid).padStart(7)} ${place}] ${text}`

/** What the kubelet says as it begins, of each container that it has started, and of those with which it waits. */
export function journalOf(s: JournalSources): JournalLine[] {
  const begun = s.bootedAt + 9000
  const kubelet = (at: number, text: string): JournalLine => ({ at, unit: 'kubelet[841]', text })
  const lines: JournalLine[] = [
    { at: s.bootedAt + 5000, unit: 'containerd[612]', text: 'time="' + formatTime('%FT%TZ', s.bootedAt + 5000) + '" level=info msg="containerd successfully booted in 0.041522s"' },
    { at: begun, unit: 'systemd[1]', text: 'Started kubelet.service - kubelet: The Kubernetes Node Agent.' },
    kubelet(begun + 300, klog('I', begun + 300, 'server.go:529', `"Kubelet version" kubeletVersion="${kubernetesVersion}"`)),
    kubelet(begun + 400, klog('I', begun + 400, 'kubelet_node_status.go:75', `"Attempting to register node" node="${s.hostname}"`)),
    kubelet(begun + 600, klog('I', begun + 600, 'kubelet_node_status.go:78', `"Successfully registered node" node="${s.hostname}"`)),
  ]
  const sandboxes = new Map(s.sandboxes().map((sandbox) => [sandbox.podUID, sandbox]))
  for (const c of s.containers()) {
    const pod = sandboxes.get(c.podUID)
    if (pod === undefined || c.startedAt === undefined) continue
    const name = `${pod.podNamespace}/${pod.podName}`
    lines.push(kubelet(c.startedAt, klog('I', c.startedAt, 'kubelet.go:2569', `"SyncLoop (PLEG): event for pod" pod="${name}" event={"ID":"${pod.podUID}","Type":"ContainerStarted","Data":"${c.id}"}`)))
    if (c.finishedAt !== undefined) lines.push(kubelet(c.finishedAt, klog('I', c.finishedAt, 'kubelet.go:2569', `"SyncLoop (PLEG): event for pod" pod="${name}" event={"ID":"${pod.podUID}","Type":"ContainerDied","Data":"${c.id}"}`)))
  }
  for (const b of s.backoffs()) {
    const pod = sandboxes.get(b.podUID)
    if (pod === undefined) continue
    const seconds = Math.round((b.until - b.since) / 1000)
    const [what, why] = b.kind === 'restart' ? ['CrashLoopBackOff', `back-off ${seconds}s restarting failed container=${b.container} pod=${pod.podName}_${pod.podNamespace}(${pod.podUID})`] : ['ImagePullBackOff', 'Back-off pulling image']
    lines.push(kubelet(b.since, klog('E', b.since, 'pod_workers.go:1324', `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"${b.container}\\" with ${what}: \\"${why}\\"" pod="${pod.podNamespace}/${pod.podName}" podUID="${pod.podUID}"`)))
  }
  for (const { at, file, message } of s.refusals()) {
    const path = `/etc/kubernetes/manifests/${file}`
    lines.push(kubelet(at, klog('E', at, 'file.go:187', `"Could not process manifest file" err=${JSON.stringify(`${path}: ${message}, please check config file`)} path="${path}"`)))
  }
  return lines.toSorted((a, b) => a.at - b.at)
}
