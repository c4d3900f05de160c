/** What a person can break, or do to a machine. Each is undone by the same fault with `restore: true`. */
export type Fault =
  | { type: 'kubelet-stop'; node: string; restore?: boolean }
  | { type: 'node-stop'; node: string; restore?: boolean }
  /** `systemctl poweroff`: the kubelet may hold the machine back until its pods have ended. */
  | { type: 'node-shutdown'; node: string; restore?: boolean }
  | { type: 'node-partition'; node: string; restore?: boolean }
  | { type: 'node-pressure'; node: string; signal: 'memory' | 'disk' | 'inodes' | 'pids'; restore?: boolean }
  /** A manifest is put under /etc/kubernetes/manifests of a node; `restore` takes the file away. */
  | { type: 'static-pod'; node: string; file: string; pod?: object; restore?: boolean }
  | { type: 'runtime-stop'; node: string; restore?: boolean }
  /** The network plugin (CNI) of the node is gone: what runs keeps its network, nothing new gets one. */
  | { type: 'network-stop'; node: string; restore?: boolean }
  | { type: 'registry-down'; restore?: boolean }
  | { type: 'registry-slow'; factor: number; restore?: boolean }
  | { type: 'apiserver-stop'; restore?: boolean }
  | { type: 'etcd-stop'; restore?: boolean }
  | { type: 'scheduler-stop'; restore?: boolean }
  | { type: 'controller-stop'; controller?: string; restore?: boolean }
  /** The process of a component stands still (SIGSTOP) and goes on where it was (SIGCONT): 'kube-apiserver', 'etcd', 'kubelet/node1'. */
  | { type: 'component-freeze'; component: string; restore?: boolean }
  /** A component does everything so many times later than it would: its timers, what it hears, what it decides. */
  | { type: 'component-slow'; component: string; factor: number; restore?: boolean }
  /** A component hears of every change so much later (virtual ms). */
  | { type: 'watch-lag'; component: string; ms: number; restore?: boolean }
  /** So many packets of a hundred are lost on the way to and from the pods of one machine, or of all. */
  | { type: 'packet-loss'; percent: number; node?: string; restore?: boolean }
  | { type: 'kill-process'; namespace: string; pod: string; container: string; signal?: string }
  | { type: 'probe-corrupt'; namespace: string; pod: string; container: string; restore?: boolean }
