import { beforeEach, describe, expect, test } from 'vitest'
import '../../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../../index.ts'

/** What the pages about kubeadm have one do (setup/production-environment/tools/kubeadm, tasks/administer-cluster/kubeadm). */

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1, kubeadm: true })
  cluster.run({ for: '3s' })
})

const at = (line: string): string => {
  const { stdout, stderr } = cluster.exec({ program: 'shell', line })
  return stdout + stderr
}
const on = (script: string, node = 'control-plane'): string => at(`ssh ${node} '${script}'`)
const later = (time: string): void => void cluster.run({ for: time })

test.each<[line: string, said: RegExp]>([
  ['kubeadm version -o short', /^v1\.34\.\d+\n$/],
  ['kubeadm version', /^kubeadm version: &version\.Info\{Major:"1", Minor:"34", /],
  ['kubeadm config images list', /^registry\.k8s\.io\/kube-apiserver:v1\.34\.\d+\n(.*\n){5}registry\.k8s\.io\/etcd:3\.\d+\.\d+-0\n$/],
  ['kubeadm config print init-defaults', /^apiVersion: kubeadm\.k8s\.io\/v1beta4\nbootstrapTokens:\n/],
  ['kubeadm certs certificate-key', /^[0-9a-f]{64}\n$/],
  ['kubeadm token generate', /^[a-z0-9]{6}\.[a-z0-9]{16}\n$/],
  ['kubeadm frob', /^error: unknown command "frob" for "kubeadm"\nTo see the stack trace of this error execute with --v=5 or higher\n$/],
  ['kubeadm token delete x', /given token didn't match pattern/],
  ['kubeadm token create abc', /the bootstrap token "abc" was not of the form/],
  ['kubeadm init', /\t\[ERROR Port-6443\]: Port 6443 is in use\n(.*\n)*\t\[ERROR DirAvailable--var-lib-etcd\]: \/var\/lib\/etcd is not empty\n/],
  ['sudo -u nobody kubeadm reset -f', /user is not running as root/],
])('%s', (line, said) => expect(on(line)).toMatch(said))

test('tokens are Secrets, and go', () => {
  expect(on('kubeadm token create abcdef.0123456789abcdef --ttl 2h --description mine')).toBe('abcdef.0123456789abcdef\n')
  expect(on('kubeadm token list')).toMatch(/^TOKEN {21}TTL +EXPIRES +USAGES +DESCRIPTION +EXTRA GROUPS\nabcdef\.0123456789abcdef +1h +2026-01-05T11:00:\d\dZ +authentication,signing +mine +system:bootstrappers:kubeadm:default-node-token\n$/)
  expect(at('kubectl -n kube-system get secret bootstrap-token-abcdef -o jsonpath={.type}')).toBe('bootstrap.kubernetes.io/token')
  expect(on('kubeadm token create abcdef.0123456789abcdef')).toContain('a token with id "abcdef" already exists')
  expect(on('kubeadm token delete abcdef')).toBe('bootstrap token "abcdef" deleted\n')
  expect(on('kubeadm token delete abcdef')).toContain('secrets "bootstrap-token-abcdef" not found')
})

test('a machine that was reset joins again with what the control plane prints', () => {
  const command = on('kubeadm token create --print-join-command').trim()
  expect(command).toMatch(/^kubeadm join 10\.99\.255\.1:6443 --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64}$/)
  expect(on(command, 'node1')).toMatch(/\[ERROR FileAvailable--etc-kubernetes-kubelet\.conf\]: .*already exists\n\t\[ERROR Port-10250\]: Port 10250 is in use\n/)
  at('kubectl drain node1 --ignore-daemonsets')
  expect(on('kubeadm reset -f', 'node1')).toContain('[reset] Stopping the kubelet service\n')
  expect(on('crictl ps -q; ls /var/lib/kubelet; systemctl is-active kubelet', 'node1')).toBe('inactive\n')
  at('kubectl delete node node1')
  later('20s')
  expect(on('kubeadm join 10.99.255.1:6443 --token abcdef.0123456789abcdef --discovery-token-unsafe-skip-ca-verification', 'node1')).toContain('could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"')
  expect(on(command.replace(/sha256:\w+/, 'sha256:12'), 'node1')).toMatch(/none of the public keys "sha256:[0-9a-f]{64}" are pinned/)
  expect(on(command, 'node1')).toContain('This node has joined the cluster:\n')
  later('40s')
  expect(at('kubectl get nodes')).toMatch(/node1 +Ready +<none> +\d+s +v1\.34/)
  at('kubectl run web --image=nginx:1.27')
  later('15s')
  expect(at('kubectl get pod web -o jsonpath={.spec.nodeName}/{.status.phase}')).toBe('node1/Running')
})

test('certificates are told of, and renewed', () => {
  expect(on('kubeadm certs check-expiration')).toMatch(/\nCERTIFICATE +EXPIRES +RESIDUAL TIME +CERTIFICATE AUTHORITY +EXTERNALLY MANAGED +\nadmin\.conf +Jan 04, 2027 09:00 UTC +363d +ca +no +\n(.*\n)*CERTIFICATE AUTHORITY +EXPIRES/)
  expect(on('kubeadm certs renew apiserver')).toMatch(/\n\ncertificate for serving the Kubernetes API renewed\n$/)
  expect(on('kubeadm certs renew all')).toMatch(/\n\nDone renewing certificates\. You must restart the kube-apiserver, /)
  expect(on('kubeadm certs check-expiration')).toMatch(/\napiserver +Jan 05, 2027 09:00 UTC +364d /)
  expect(on('kubectl --kubeconfig /etc/kubernetes/admin.conf get node node1 -o name')).toBe('node/node1\n')
})

describe('an upgrade', () => {
  const own = on.bind(undefined, 'kubeadm version -o short')
  test('goes step by step', () => {
    const now = own().trim()
    const next = now.replace(/\d+$/, (patch) => String(Number(patch) + 1))
    const version = next.slice(1)
    expect(on(`kubeadm upgrade apply ${next} -y`)).toContain(`Specified version to upgrade to "${next}" is higher than the kubeadm version "${now}"`)
    expect(on(`apt-get install -y kubeadm=${version}-1.1`)).toContain('E: Held packages were changed and -y was used without --allow-change-held-packages.\n')
    expect(on(`apt-mark unhold kubeadm && apt-get install -y "kubeadm=${version}-*" && apt-mark hold kubeadm`)).toMatch(/^Canceled hold on kubeadm\.\n(.*\n)*Setting up kubeadm .*\nkubeadm set on hold\.\n$/)
    expect(own()).toBe(`${next}\n`)
    expect(on('kubeadm upgrade plan')).toMatch(new RegExp(`kubelet +control-plane +${now} +${next}\n(.*\n)*kube-apiserver +control-plane +${now} +${next}\n(.*\n)*\tkubeadm upgrade apply ${next}\n`))
    expect(on(`kubeadm upgrade apply ${next} -y`)).toContain(`[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "${next}".\n`)
    later('20s')
    expect(at('kubectl -n kube-system get pods -l tier=control-plane -o jsonpath={.items[*].spec.containers[*].image}').split(' ').filter((image) => image.endsWith(next))).toHaveLength(3)
    expect(at('kubectl -n kube-system get ds kube-proxy -o jsonpath={.spec.template.spec.containers[0].image}')).toBe(`registry.k8s.io/kube-proxy:${next}`)
    expect(on('kubeadm upgrade plan')).toContain("Awesome, you're up-to-date! Enjoy!\n")
    on(`apt-get install -y --allow-change-held-packages kubelet=${version}-1.1 kubectl=${version}-1.1`)
    expect(at('kubectl get node control-plane -o jsonpath={.status.nodeInfo.kubeletVersion}')).toBe(now)
    on('systemctl daemon-reload; systemctl restart kubelet')
    later('15s')
    expect(at('kubectl get nodes --no-headers')).toMatch(new RegExp(`control-plane +Ready .* ${next}\nnode1 +Ready .* ${now}\n`))
  })

  test('of a node takes the configuration that the cluster keeps', () => {
    at("kubectl -n kube-system get configmap kubelet-config -o yaml | sed 's/^    kind: KubeletConfiguration/    maxPods: 30\\n    kind: KubeletConfiguration/' | kubectl apply -f -")
    expect(on('kubeadm upgrade node', 'node1')).toContain('[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!\n')
    on('systemctl restart kubelet', 'node1')
    later('15s')
    expect(at('kubectl get node node1 -o jsonpath={.status.allocatable.pods}')).toBe('30')
  })
})

test('curl shows the certificates of the control plane', () => {
  const ask = (url: string): string => on(`cd /etc/kubernetes/pki; curl -s --cacert ca.crt --cert apiserver-kubelet-client.crt --key apiserver-kubelet-client.key ${url}`)
  expect(JSON.parse(ask('https://10.99.255.1:6443/api/v1/nodes/node1')).metadata.name).toBe('node1')
  expect(JSON.parse(ask('-k https://10.99.0.1:10250/pods')).kind).toBe('PodList')
  expect(JSON.parse(on('curl -sk https://10.99.255.1:6443/api/v1/nodes')).message).toContain('system:anonymous')
})
