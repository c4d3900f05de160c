import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

const image = 'us-docker.pkg.dev/google-samples/containers/gke/whereami:v1'
const ask = (lab: Lab, path: string) => (lab.get(path, { port: 8080 }) as { body: string }).body

// GoogleCloudPlatform/kubernetes-engine-samples quickstarts/whereami
test.each<[env: Record<string, string>, path: string, body: unknown]>([
  [{}, '/healthz', 'OK'],
  [{}, '/pod_name', 'web'],
  [{ METADATA: 'frontend' }, '/de/metadata', 'frontend'],
  [{ NODE_NAME: 'n1', POD_IP: '10.0.0.1' }, '/', expect.stringMatching(/^\{\n {2}"host_header": null,\n {2}"node_name": "n1",\n {2}"pod_ip": "10\.0\.0\.1",\n {2}"pod_name": "web",\n {2}"pod_name_emoji": ".+",\n {2}"timestamp": "[-\dT:]{19}"\n\}\n$/)],
  [{ BACKEND_ENABLED: 'True', BACKEND_SERVICE: 'http://behind:8080' }, '/', expect.stringMatching(/^\{\n {2}"backend_result": \{\n {4}"host_header": "behind:8080",[^]*"metadata": "backend"/)],
  [{ BACKEND_ENABLED: 'True', BACKEND_SERVICE: 'http://nobody' }, '/', expect.stringContaining('"backend_result": null')],
  [{ ECHO_HEADERS: 'True' }, '/', expect.stringContaining('"headers": {')],
])('whereami with %o at %s', (env, path, body) => {
  const lab = new Lab({ image, env })
  lab.neighbour('behind', { image, env: { METADATA: 'backend' } })
  lab.until(4000).start().until(8000)
  expect(ask(lab, path)).toEqual(body)
})

test('whereami says what it cannot find out', () => {
  const lab = new Lab({ image, env: { NODE_NAME: 'n' } }).start().until(4000)
  ask(lab, '/')
  expect(lab.output).toMatch(/^ \* Serving Flask app 'app'\n \* Debug mode: off\n/)
  expect(lab.output).toMatch(/,\d{3}\] WARNING in whereami_payload: Unable to capture pod KSA\.\n/)
  expect(lab.output).not.toContain('node name')
})
