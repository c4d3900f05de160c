import { beforeEach, describe, expect, test } from 'vitest'
import '../../engine/index.ts'
import '../../kubectl/index.ts'
import { Playback } from '../../playback/playback.ts'
import { HandTimer } from '../../playback/testing/hand-timer.ts'
import { Host } from '../../worker/host.ts'
import '../../worker/questions.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { filesNow, writeFile } from '../shared/files/desk.ts'
import { Session } from './session.ts'
import { transcript } from './transcript.ts'

/** The desk remembers films by their names. */
const scenario = (name: string): Scenario => ({
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name },
  spec: { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, cluster: { nodes: 1, seed: 1 }, files: {}, script: [] },
})

let host: Host
let playback: Playback
let session: Session
let films = 0

beforeEach(async () => {
  // At every look 4 ms are gone: the engine films in short slices, between which somebody may press a key.
  let realMs = 0
  host = new Host(() => (realMs += 4))
  playback = new Playback(host, new HandTimer())
  await playback.load(scenario(`terminal-${films++}`))
  session = new Session(playback)
})

const lines = (): string[] => {
  const film = playback.state.film!
  return transcript(film, playback.state.cursor + 1, session.notes.of(film), { get: session.notes.displayOf }).filter(({ kind }) => kind !== 'typed' && kind !== 'more').map(({ text }) => text)
}

/** What a line prints, to its end. */
async function typed(line: string): Promise<string[]> {
  const before = lines().length
  await session.type(line, (key, values) => `<${key}${values === undefined ? '' : ` ${values.what}`}>`)
  const last = playback.state.film!.inputs.at(-1)
  if (last !== undefined && !session.commands.isOver(last.index)) await playback.finish(last.index)
  playback.pause()
  return lines().slice(before)
}

describe('a line', () => {
  test.each<[line: string, printed: string[]]>([
    ['kubectl create ns team', ['namespace/team created']],
    ['k create ns team && k create ns more', ['namespace/team created', 'namespace/more created']],
    ['k create ns default || echo there already', ['Error from server (AlreadyExists): namespaces "default" already exists', 'there already']],
    ['k get ns -o name | grep kube-p', ['namespace/kube-public']],
    ['k get ns -o name | sort -r | head -n 1', ['namespace/kube-system']],
    ['k get ns -o name | wc -l; echo $?', ['4', '0']],
    ['NAME=web; k create ns $NAME-1', ['namespace/web-1 created']],
    ['echo $(k get ns -o name | head -n 1)', ['namespace/default']],
    ['k create ns $(echo a; echo b)', ['error: exactly one NAME is required, got 2', "See 'kubectl create namespace -h' for help and examples"]],
    ['k get ns -o name | grep kube- | xargs kubectl get', ['NAME              STATUS   AGE', 'kube-node-lease   Active   24h', 'kube-public       Active   24h', 'kube-system       Active   24h']],
    ['k get nothing 2>/dev/null; echo $?', ['1']],
    ['k get nothing 2>&1 | cut -d" " -f1-2', ['error: the']],
    ['for i in 1 2; do kubectl create ns n$i; done', ['namespace/n1 created', 'namespace/n2 created']],
    ['k get ns "default', ['bash: syntax error: unexpected end of file']],
    ['k get ns ;; k get ns', ['bash: syntax error near unexpected token `;;\'']],
    ['nonsense', ['bash: nonsense: command not found']],
    ['alias g="kubectl get"; g ns default -o name', ['namespace/default']],
    ['printenv HOME && unset HOME; printenv HOME || echo none', ['/root', 'none']],
  ])('%s', async (line, printed) => {
    expect(await typed('alias k=kubectl')).toEqual([])
    expect(await typed(line)).toEqual(printed)
  })
})

describe('files', () => {
  const text = (name: string): string | undefined => filesNow(playback).all[name]

  test('are written by what a line prints, and read by the next', async () => {
    expect(await typed('kubectl run web --image=nginx --dry-run=client -o yaml > pod.yaml')).toEqual([])
    expect(text('pod.yaml')).toMatch(/^apiVersion: v1\nkind: Pod\n/)
    expect(await typed('kubectl apply -f pod.yaml')).toEqual(['pod/web created'])
    expect(await typed('kubectl get pod web -o name >> names; kubectl get ns default -o name >> names; cat names')).toEqual(['pod/web', 'namespace/default'])
  })

  test('here-documents go into them, and into kubectl', async () => {
    expect(await typed('cat <<EOF > a.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nEOF')).toEqual([])
    expect(await typed('kubectl apply -f - < a.yaml')).toEqual(['namespace/a created'])
    expect(await typed('kubectl apply -f - <<EOF\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\nEOF')).toEqual(['namespace/b created'])
  })

  test('of the desk are there as they are written now, applied or not', async () => {
    writeFile(playback, 'new.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: desk}\n')
    expect(await typed('ls *.yaml; kubectl apply -f new.yaml')).toEqual(['new.yaml', 'namespace/desk created'])
    expect(await typed('rm new.yaml; ls')).toEqual([])
  })
})

describe('what is typed while another line runs', () => {
  test('runs behind it, in its order', async () => {
    const first = typed('kubectl create ns one && kubectl create ns two')
    const say = () => ''
    await Promise.all([session.type('kubectl create ns three', say), session.type('kubectl create ns four', say)])
    expect(session.store.getState().ahead).toHaveLength(2)
    await first
    while (session.store.getState().busy || session.store.getState().ahead.length > 0) await new Promise((resolve) => setTimeout(resolve))
    expect(playback.state.film!.inputs.map(({ input }) => input.kubectl!.split(' ').at(-1))).toEqual(['one', 'two', 'three', 'four'])
  })

  test('is forgotten when somebody presses Ctrl+C', async () => {
    let pressed: Promise<boolean> | undefined
    const advance = host.advance.bind(host)
    host.advance = (limit) => {
      if (playback.state.waiting && playback.state.film!.steps.length > 50) pressed ??= session.interrupt()
      return advance(limit)
    }
    const first = typed('kubectl wait --for=delete ns/default --timeout=300s || kubectl create ns late')
    await session.type('kubectl create ns later', () => '')
    expect(await first).toEqual(['^C'])
    expect(await pressed).toBe(true)
    expect(session.store.getState()).toMatchObject({ busy: false, ahead: [] })
    expect(playback.state.film!.inputs.map(({ input }) => input.interrupt)).toEqual([undefined, 0])
  })
})

test('in the past a question is asked of then, and an act forks', async () => {
  await typed('kubectl create ns early')
  const then = playback.state.cursor
  await typed('kubectl create ns late')
  playback.seek(then)
  expect(await typed('kubectl get ns -o name | grep late || echo not yet')).toEqual(['not yet'])
  expect(await typed('kubectl create ns other')).toEqual(['namespace/other created'])
  expect(playback.state.branches).toHaveLength(1)
  expect(await typed('kubectl get ns -o name | grep -c -e late -e other')).toEqual(['1'])
})

test('ssh: what is typed goes to the other machine, until one leaves it', async () => {
  const say = (key: string): string => `<${key}>`
  await session.type('ssh node1', say)
  expect(session.commands.inside()?.input).toMatchObject({ shell: 'ssh node1', terminal: true })
  for (const line of ['hostname', 'exit']) await session.commands.type(`${line}\r`)
  playback.pause()
  expect(lines()).toEqual(['root@node1:~# hostname', 'node1', 'root@node1:~# exit', 'logout', 'Connection to node1 closed.'])
  expect(session.commands.inside()).toBeUndefined()
  expect(await typed('ssh node1 hostname')).toEqual(['node1'])
})

test('what was typed ahead is not run in another film', async () => {
  const say = (): string => ''
  await session.type('kubectl run web --image=nginx', say)
  const { film } = playback.state
  let loaded: Promise<void> | undefined
  playback.store.subscribe(({ waiting }) => {
    if (waiting && film!.inputs.length === 2) loaded ??= playback.load(scenario('another'))
  })
  const running = session.type('kubectl wait --for=delete pod/web --timeout=10m; kubectl create ns one', say)
  await session.type('kubectl create ns two', say)
  expect(session.store.getState()).toMatchObject({ busy: true, ahead: ['kubectl create ns two'] })
  await running
  await loaded
  expect(film!.inputs).toHaveLength(2)
  expect(session.store.getState()).toMatchObject({ busy: false, ahead: [], watch: undefined })
  expect(session.notes.of(film!).filter(({ kind }) => kind === 'err')).toEqual([])
  expect(playback.state.film!.inputs).toEqual([])
})
