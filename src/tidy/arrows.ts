import { posix } from 'node:path'
import { isTest, type Finding, type Parsed } from './source.ts'

/**
 * Which part may import which: the drawing of ARCHITECTURE.md as a table. A part is a folder or a file under
 * src/; the longest name that fits a path decides. A target may be as small as one file, where a part is open
 * to another only so far.
 */
interface Part {
  /** Parts it may import, besides itself. */
  imports: string[]
  /** Packages it may import; undefined: any. */
  packages?: string[]
  /** Where the code belongs that wants more. */
  instead: string
}

/** What the root of src/engine holds as plain data, open to all parts of the engine. */
const plain = ['engine/dump/report.ts', 'engine/latency.ts', 'engine/fault.ts', 'engine/part.ts', 'engine/scenario.ts']
const base = ['engine/api', 'engine/kernel', ...plain]

/** The scheduler, a controller, the network: what talks to the API server and to nothing else. */
const component = (name: string, ...more: string[]): Part => ({
  imports: ['engine/client', ...base, ...more],
  packages: [],
  instead: `${name} is a client: it reads informers and returns requests (src/engine/client). What another component must know goes through an API object`,
})

/** Not scenarios/index.ts, which brings kubectl and the engine: these stay in the worker. */
const scenarioFiles = ['catalogue', 'check', 'contents', 'error', 'expectations', 'format', 'goal', 'levels', 'one.web', 'parse', 'shape'].map((name) => `scenarios/${name}.ts`)

const view: Part = {
  imports: [
    'stage/shared',
    'playback',
    'i18n',
    'share',
    ...scenarioFiles,
    'worker/protocol.ts',
    'engine/api',
    ...plain,
  ],
  instead:
    'views never import one another: what two of them draw alike belongs to src/stage/shared, what puts them together to src/stage/app, what they know of the film to src/playback',
}

export const parts: Record<string, Part> = {
  'engine/kernel': {
    imports: [],
    packages: [],
    instead: 'the kernel knows nothing of Kubernetes: put this into the component that owns the rule',
  },
  'engine/api': {
    imports: ['engine/kernel', 'engine/part.ts', 'engine/api/cel'],
    packages: ['@noble/hashes', 'kubernetes-types', 'yaml'],
    instead: 'src/engine/api is what all others stand on: put what needs more into src/engine/apiserver',
  },
  'engine/api/cel': {
    imports: ['engine/api', 'engine/part.ts'],
    packages: ['@marcbachmann/cel-js'],
    instead: 'expressions know values and schemas: what a policy is asked of belongs to src/engine/apiserver/admission',
  },
  ...Object.fromEntries(
    plain.map((path) => [
      path,
      {
        imports: ['engine/api', 'engine/kernel', ...plain],
        packages: [],
        instead: 'this file is plain data that all may import',
      },
    ]),
  ),
  'engine/etcd': {
    imports: base,
    packages: [],
    instead: 'etcd stores what it is given: rules about objects belong to src/engine/apiserver',
  },
  'engine/apiserver': {
    imports: ['engine/etcd', ...base],
    packages: ['diff', 'yaml'],
    instead: 'the API server calls nobody: whoever wants to react watches (src/engine/client)',
  },
  'engine/client': {
    imports: ['engine/apiserver', ...base],
    packages: [],
    instead: 'clients know the front door only (src/engine/apiserver)',
  },
  'engine/scheduler': component('the scheduler'),
  // A scheduler beside a real API server, for its tests.
  'engine/scheduler/testing': { imports: ['engine'], packages: [], instead: 'what tests share stands in a testing folder' },
  'engine/controllers': { ...component('a controller'), packages: ['croner'] },
  // The CNI plugin and kube-proxy: they see processes through what a container's system shows of them; a node's Service
  // rules lie in its machine's store.
  'engine/network': component('the network', 'engine/runtime/container-os.ts', 'engine/etcd/store.ts'),
  'engine/runtime': {
    imports: ['engine/etcd', 'engine/network', 'engine/text', ...base],
    // Programs in containers read configuration in YAML.
    packages: ['unbash', 'yaml'],
    instead:
      'the runtime does what a kubelet asks through the CRI and knows no API server: put this into src/engine/kubelet',
  },
  'engine/text': {
    imports: [],
    packages: [],
    instead: 'these are pure functions of text, for a shell on any side: what has files, processes or time belongs to src/engine/runtime',
  },
  'engine/kubelet': component('a kubelet', 'engine/runtime', 'engine/network', 'engine/etcd'),
  // The kubelet's own HTTP server: the one door at which the API server calls a kubelet (logs, exec).
  'engine/kubelet/server.ts': component('the kubelet’s server', 'engine/kubelet', 'engine/runtime', 'engine/apiserver'),
  // What lies in another cluster's etcd, as it may lie in this one's.
  'engine/dump': {
    imports: ['engine/apiserver', 'engine/bootstrap.ts', 'engine/controllers/common/revisions.ts', ...base],
    packages: ['yaml'],
    instead: 'a dump is objects, decided about one by one: what runs on machines because of them belongs to src/engine/kubelet',
  },
  // What kubeadm and the controllers behind it have left in etcd before the film begins: their deciding halves say it.
  'engine/kubeadm': {
    imports: ['engine/apiserver', 'engine/bootstrap.ts', 'engine/controllers', 'engine/dump/take.ts', 'engine/kubelet/static-pods/manifest.ts', 'engine/runtime/images.ts', ...base],
    packages: ['yaml'],
    instead: 'what kubeadm leaves is objects and files: what works in the cluster belongs to its component',
  },
  // Where components are pods: what becomes of each as its process comes and goes, and what the process is told.
  'engine/control-plane': {
    imports: ['engine/apiserver', 'engine/client', 'engine/etcd', 'engine/kubeadm', 'engine/runtime', 'engine/scheduler', ...base],
    packages: [],
    instead: 'a component does its work in its own folder: here it is switched on and off, and told what its process is told',
  },
  // What people switch on a machine, and who is logged in there.
  'engine/machines': {
    imports: ['engine/apiserver', 'engine/control-plane', 'engine/kubelet', 'engine/network', 'engine/runtime', ...base],
    packages: [],
    instead: 'what runs on a machine belongs to src/engine/runtime, what a kubelet makes of it to src/engine/kubelet',
  },
  'engine/testing': {
    imports: ['engine', 'kubectl', 'scenarios'],
    instead: 'what tests share stands beside the engine, not beside the page',
  },
  // cluster.ts, index.ts and what else composes the engine.
  engine: {
    imports: ['engine'],
    packages: [],
    instead: 'the engine imports nothing above it: it records steps and objects, and others read them',
  },
  kubectl: {
    imports: ['engine/index.ts', 'engine/api', 'engine/client/program.ts', ...plain],
    packages: ['yaml', 'diff'],
    instead: 'kubectl asks at the front door: yield a request (src/engine/client/program.ts)',
  },
  scenarios: {
    imports: ['engine/api', 'engine/kernel/step.ts', ...plain],
    packages: ['yaml', '#scenarios'],
    instead: 'scenarios are data: if one needs code, the engine is missing a feature',
  },
  // The public door of the folder also makes kubectl known to the engine; the page takes the single files.
  'scenarios/index.ts': {
    imports: ['scenarios', 'kubectl/index.ts'],
    packages: [],
    instead: 'an index re-exports only',
  },
  // Runs a scenario to its end and checks it: for tests and scripts.
  'scenarios/run.ts': { imports: ['scenarios', 'engine'], packages: [], instead: 'scenarios are data: if one needs code, the engine is missing a feature' },
  'scenarios/builtin.node.ts': {
    imports: ['scenarios', ...plain],
    instead: 'this file reads the scenarios in Node, nothing else',
  },
  share: {
    imports: [...scenarioFiles, 'engine/api', 'engine/kernel/random.ts', ...plain],
    packages: ['fflate', 'yaml'],
    instead: 'the link codec takes and gives plain data (SharedState)',
  },
  'worker/protocol.ts': {
    imports: ['engine/api', 'engine/kernel', ...plain],
    packages: [],
    instead: 'the protocol is types only: what does the work belongs to the rest of src/worker',
  },
  worker: {
    imports: ['kubectl', 'scenarios', 'share', 'engine'],
    packages: ['comlink'],
    instead: 'the worker hosts the engine and knows no page: answer through src/worker/protocol.ts',
  },
  // Films for the tests of the views: by hand, and as the engine really makes them.
  'stage/testing': {
    ...view,
    imports: [...view.imports, 'worker/host.ts', 'scenarios/index.ts'],
  },
  playback: {
    imports: ['worker/protocol.ts', 'engine/api', ...plain],
    packages: ['comlink', 'react', 'zustand'],
    instead:
      'playback is the page’s copy of the film: ask the worker through src/worker/protocol.ts; pictures and words belong to src/stage and src/i18n',
  },
  i18n: {
    imports: ['engine/api', 'worker/protocol.ts'],
    packages: ['i18next', 'react-i18next'],
    instead: 'src/i18n holds words: what decides which of them to say belongs to src/playback or to the view',
  },
  'stage/shared': {
    ...view,
    instead: 'src/stage/shared is what views stand on: it knows none of them',
  },
  'stage/app': { imports: ['stage', ...view.imports, 'worker'], instead: view.instead },
  // Its pipes run on what is on screen.
  'stage/terminal': { ...view, imports: [...view.imports, 'engine/text'] },
  'stage/main.ts': { imports: ['stage', ...view.imports, 'worker'], instead: view.instead },
  'stage/page.tsx': { imports: ['stage', ...view.imports, 'worker'], instead: view.instead },
  stage: view,
  tidy: {
    imports: [],
    instead: 'the checks of the source stand alone',
  },
}

function fits(path: string, name: string): boolean {
  return name === '' || path === name || path.startsWith(`${name}/`)
}

/** The part that `path` (without 'src/') lies in. A view is its folder: stage/cluster, stage/timeline. */
function partOf(path: string): { name: string; part: Part } | undefined {
  let found: string | undefined
  for (const name of Object.keys(parts)) {
    if (fits(path, name) && (found === undefined || name.length > found.length)) found = name
  }
  // A new folder of the engine is a new part; only what stands at its root composes the others.
  if (found === undefined || (found === 'engine' && path.split('/').length > 2)) return undefined
  const part = parts[found]!
  if (found === 'stage') return { name: path.split('/').slice(0, 2).join('/'), part }
  return { name: found, part }
}

const anything: { name: string; part: Part } = { name: 'a test', part: { imports: [''], instead: '' } }

/** 'yaml' of 'yaml/util', '@xterm/xterm' of '@xterm/xterm/css/xterm.css'. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Imports against the arrows, out of src/, or without their ending. Tests may look at everything in src/. */
export function checkImports(file: Parsed): Finding[] {
  const here = file.path.replace(/^src\//, '')
  const from = isTest(here) ? anything : partOf(here)
  if (from === undefined) {
    return [
      {
        path: file.path,
        line: 1,
        message: 'this folder is on no drawing: add it to src/tidy/arrows.ts and to ARCHITECTURE.md',
      },
    ]
  }
  const findings: Finding[] = []
  for (const { specifier, line } of file.imports) {
    const say = (message: string): void => void findings.push({ path: file.path, line, message })
    if (!specifier.startsWith('.')) {
      const name = packageOf(specifier)
      const allowed = from.part.packages
      if (allowed && !allowed.includes(name)) say(`${from.name} must not import ${specifier}: ${from.part.instead}`)
      continue
    }
    const target = posix.join(posix.dirname(here), specifier.replace(/\?.*$/, ''))
    if (!/\.(tsx?|css|json|ya?ml|svg|mjs)$/.test(target)) {
      say(`write '${specifier}' with its ending (.ts, .tsx): plain Node runs these files too`)
    }
    if (target.startsWith('..')) say(`'${specifier}' lies outside of src/`)
    else if (!mayImport(from, target)) say(`${from.name} must not import ${target}: ${from.part.instead}`)
  }
  return findings
}

function mayImport(from: { name: string; part: Part }, target: string): boolean {
  return [from.name, ...from.part.imports].some((name) => fits(target, name)) || partOf(target)?.name === from.name
}
