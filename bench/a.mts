import { lab } from './lab.mts'
const pod = (body: string, name = 'p', spec = '') => `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  ${spec}
  containers:
  - name: c
    image: nginx:1.27
${body.split('\n').map((l) => '    ' + l).join('\n')}
`
lab('grpc fails', pod('livenessProbe: { grpc: { port: 9999 }, periodSeconds: 5, failureThreshold: 2 }'), '30s')
lab('tcp fails', pod('readinessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 5 }'), '15s')
lab('exec missing', pod('readinessProbe: { exec: { command: [nope] }, periodSeconds: 5 }'), '15s')
lab('named port missing', pod('readinessProbe: { httpGet: { port: web }, periodSeconds: 5 }'), '15s')
lab('poststart http', pod('lifecycle: { postStart: { httpGet: { port: 9999, path: /x } } }'), '20s')
lab('poststart exec missing', pod('lifecycle: { postStart: { exec: { command: [nope] } } }'), '20s')
lab('prestop sleep', pod('lifecycle: { preStop: { sleep: { seconds: 3 } } }'), '20s', ['delete pod p --wait=false'])
lab('command missing', pod('command: [nope]'), '20s')
lab('bad workdir', pod('workingDir: /etc/passwd'), '20s')
lab('configmap volume missing', pod('volumeMounts: [{ name: v, mountPath: /x }]', 'p', 'volumes: [{ name: v, configMap: { name: none } }]'), '20s')
lab('secret key missing', pod('volumeMounts: [{ name: v, mountPath: /x }]', 'p', 'volumes: [{ name: v, secret: { secretName: none } }]'), '20s')
lab('hostpath type', pod('volumeMounts: [{ name: v, mountPath: /x }]', 'p', 'volumes: [{ name: v, hostPath: { path: /nope, type: Directory } }]'), '20s')
lab('hostport twice', pod('ports: [{ containerPort: 80, hostPort: 80 }]') + '---\n' + pod('ports: [{ containerPort: 80, hostPort: 80 }]', 'q'), '10s')
lab('runAsNonRoot', pod('securityContext: { runAsNonRoot: true }'), '10s')
lab('runtimeclass', pod('', 'p', 'runtimeClassName: gvisor'), '10s')
lab('sa missing', pod('', 'p', 'serviceAccountName: none'), '10s')
lab('imagePullSecrets', pod('', 'p', 'imagePullSecrets: [{ name: a }, { name: b }]'), '10s')
lab('sysctl', pod('', 'p', 'securityContext: { sysctls: [{ name: kernel.msgmax, value: "1" }] }'), '10s')
