import { expect, test } from 'vitest'
import './index.ts'
import { createCluster } from '../engine/index.ts'
import { kubectl } from './kubectl.ts'

/** What is drawn by lot or by the clock, out of the way. */
const told = (line: string): string =>
  kubectl(createCluster({ nodes: 1 }), line).stderr
    .replaceAll(/I0105 \d\d:\d\d:\d\d\.\d{6} {7}1 /g, '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replaceAll(/illiseconds=\d+/g, 'illiseconds=N')

const url = 'https://127.0.0.1:6443/api/v1/namespaces/default/pods/web'
const accept = 'Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
const agent = 'User-Agent: kubectl/v1.34.9 (linux/amd64) kubernetes/f28b4c9'
const missing = 'Error from server (NotFound): pods "web" not found\n'
const request = `round_trippers.go:527] "Request" verb="GET" url="${url}" headers=<\n\t${accept}\n\t${agent}\n >\n`
const headers = `headers=<
\tAudit-Id: UID
\tCache-Control: no-cache, private
\tContent-Length: 174
\tContent-Type: application/json
\tDate: Mon, 05 Jan 2026 09:00:00 GMT
\tX-Kubernetes-Pf-Flowschema-Uid: UID
\tX-Kubernetes-Pf-Prioritylevel-Uid: UID
 >`
const body = `request.go:1351] "Response Body" body=<
\t{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods \\"web\\" not found","reason":"NotFound","details":{"name":"web","kind":"pods"},"code":404}
 >\n`

const gates = ['ClientsAllowCBOR', 'ClientsPreferCBOR', 'InOrderInformers', 'InOrderInformersBatchProcess', 'InformerResourceVersion', 'WatchListClient']
  .map((feature) => `envvar.go:172] "Feature gate default state" feature="${feature}" enabled=${feature === 'InOrderInformers'}\n`).join('')
const command = 'cmd.go:527] kubectl command headers turned on\n'
const loaded = 'loader.go:402] Config loaded from file:  /root/.kube/config\n'
const start = (level: number): string => (level < 1 ? '' : (level >= 5 ? command : '') + (level >= 6 ? loaded : '') + gates)

test.each<[level: number, expected: string]>([
  [0, ''],
  [1, ''],
  [5, ''],
  [6, `round_trippers.go:632] "Response" verb="GET" url="${url}" status="404 Not Found" milliseconds=N\n`],
  [7, `${request}round_trippers.go:632] "Response" status="404 Not Found" milliseconds=N\n`],
  [8, `${request}round_trippers.go:632] "Response" status="404 Not Found" ${headers} milliseconds=N\n${body}`],
  [9, `round_trippers.go:527] "Request" curlCommand=<\n\tcurl -v -XGET  -H "${accept}" -H "${agent}" '${url}'\n >\n`
    + 'round_trippers.go:568] "HTTP Trace: Dial succeed" network="tcp" address="127.0.0.1:6443"\n'
    + `round_trippers.go:632] "Response" verb="GET" url="${url}" status="404 Not Found" ${headers} milliseconds=N dnsLookupMilliseconds=N dialMilliseconds=N tlsHandshakeMilliseconds=N serverProcessingMilliseconds=N\n${body}`],
])('-v=%i', (level, expected) => {
  expect(told(`get pod web -v=${level}`)).toBe(start(level) + expected + missing)
})

test('what is sent: of Go’s types in their order, of files in that of the alphabet, a patch without an end of the line', () => {
  const sent = (line: string): string => /"Request Body" body=(<\n\t.*\n >|".*")\n/.exec(told(`${line} -v=8`))![1]!
  expect(sent('create configmap a --from-literal=x=1')).toBe('<\n\t{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"x":"1"}}\n >')
  expect(sent("patch namespace default --type=merge -p '{\"metadata\":{\"labels\":{\"a\":\"b\"}}}'")).toBe(String.raw`"{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"`)
})

test('long bodies are cut', () => {
  expect(told('get nodes -v=8')).toMatch(/"Response Body" body="\{\\"kind\\":\\"Table\\".* \[truncated \d+ chars\]"\n/)
  expect(told('get nodes -v=10')).not.toContain('truncated')
})
