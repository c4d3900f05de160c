import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
kubectl(cluster, 'create deployment shop --image=nginx --port=8080')
kubectl(cluster, 'create service nodeport shop --tcp=80:8080')
cluster.run({ for: '30s' })

const ask = (line: string) => kubectl(cluster, line)

describe('kubectl completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('%s gets a script that asks kubectl', (shell) => {
    const { stdout, stderr, exitCode } = ask(`completion ${shell}`)
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).toContain('kubectl __complete')
  })

  /** What bash offers with the caret at the end of the line; kubectl is the one of this cluster, asked in advance. */
  function offered(line: string): string[] {
    const answer = ask(`__completeNoDesc ${line.slice(line.indexOf(' '))}${line.endsWith(' ') ? '""' : ''}`).stdout
    const program = `compopt() { :; }; kubectl() { printf '%s' "$ANSWER"; }\n${ask('completion bash').stdout}
COMP_LINE=${JSON.stringify(line)}; COMP_POINT=\${#COMP_LINE}; __start_kubectl; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', program], { env: { ...process.env, ANSWER: answer }, encoding: 'utf8' }).trimEnd().split('\n')
  }

  it.each([
    ['kubectl expo', ['expose']],
    ['kubectl get deployments ', ['shop']],
    ['kubectl get pods --namespace=kube-s', ['kube-system']],
    ['kubectl get pods -o jsonpath={.spec.nodeN', ['{.spec.nodeName']],
    ['kubectl port-forward svc/shop 8:', ['80']],
  ])('bash completes %j', (line, words) => expect(offered(line)).toEqual(words))
})

describe('kubectl __complete', () => {
  it.each([
    ['expo', 'expose\tTake a replication controller, service, deployment or pod and expose it as a new Kubernetes service\n:4\n', 'NoFileComp'],
    ['get deploy ""', 'shop\n:4\n', 'NoFileComp'],
    ['get deploy/', 'deploy/shop\n:4\n', 'NoFileComp'],
    ['logs statef', 'statefulsets/\n:6\n', 'NoSpace, ShellCompDirectiveNoFileComp'],
    ['logs deploy/shop -c ""', 'nginx\n:4\n', 'NoFileComp'],
    ['port-forward deploy/shop ""', '8080:8080\n:4\n', 'NoFileComp'],
    ['port-forward svc/shop 9', '9:80\n:4\n', 'NoFileComp'],
    ['get pods -o ya', 'yaml\n:4\n', 'NoFileComp'],
    ['get pods --all-n', "--all-namespaces\tThe objects of all namespaces.\n:4\n", 'NoFileComp'],
    ['get pods -A --all-n', ':4\n', 'NoFileComp'],
    ['config use-context ""', 'kubernetes-admin@kubernetes\n:4\n', 'NoFileComp'],
    ['apply -f ""', ':0\n', 'Default'],
    ['exec shop -- ""', ':4\n', 'NoFileComp'],
  ])('%s', (line, stdout, directive) =>
    expect(ask(`__complete ${line}`)).toEqual({ stdout, stderr: `Completion ended with directive: ShellCompDirective${directive}\n`, exitCode: 0 }))

  it('leaves descriptions out where the shell cannot show them', () => expect(ask('__completeNoDesc expo').stdout).toBe('expose\n:4\n'))

  it('needs a word', () => expect(ask('__complete')).toMatchObject({ stdout: '', exitCode: 1 }))

  it('asks the server with the rights of whoever asks', () => expect(ask('__complete --as=nobody get pods ""').stdout).toBe(':4\n'))
})
