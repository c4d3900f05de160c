import { beforeEach, expect, it } from 'vitest'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { closed, opened } from '../../../engine/api/fileEditing.ts'
import { Film } from '../../../playback/film.ts'
import type { Playback } from '../../../playback/playback.ts'
import { fixtureOpening, fixtureScenario } from '../../../worker/testing/fixture-film.ts'
import { desk, filesNow } from './desk.ts'
import { followEditors, machineFileOf } from './machineFiles.ts'

let film: Film
let store: StoreApi<{ film: Film; cursor: number; edition: number }>
let playback: Playback

beforeEach(() => {
  desk.setState({ desks: {} })
  film = new Film({ ...fixtureScenario, spec: { ...fixtureScenario.spec, files: {} } }, fixtureOpening())
  store = createStore(() => ({ film, cursor: -1, edition: 0 }))
  playback = { store, get state() { return store.getState() } } as unknown as Playback
  followEditors(playback, () => undefined)
  store.setState({ edition: 1 })
})

function print(text: string, command = 0): void {
  film.output.push({ command, step: film.output.length, at: film.opening.startMs, to: 'stdout', text })
  store.setState(({ edition }) => ({ edition: edition + 1 }))
}

const names = (): string[] => Object.keys(filesNow(playback).all)

it('lays what vi opens on the desk, by its name, and takes it away when it is closed', () => {
  print('root@node1:~# ')
  print(opened({ path: '/etc/kubernetes/manifests/etcd.yaml', text: 'kind: Pod\n' }))
  expect(filesNow(playback)).toMatchObject({ all: { 'etcd.yaml': 'kind: Pod\n' }, open: 'etcd.yaml' })
  expect(machineFileOf('etcd.yaml')).toMatchObject({ path: '/etc/kubernetes/manifests/etcd.yaml', opening: { command: 0 } })
  print(`"etcd.yaml" 1L, 10B written\r\n${closed}`)
  expect([names(), machineFileOf('etcd.yaml')]).toEqual([[], undefined])
})

it('keeps two files of one name apart, each with its command', () => {
  print(opened({ path: '/a/config.yaml', text: 'a' }), 0)
  print(opened({ path: '/b/config.yaml', text: 'b' }), 1)
  expect(names().map((name) => [name, machineFileOf(name)?.path])).toEqual([['config.yaml', '/a/config.yaml'], ['config-2.yaml', '/b/config.yaml']])
  print(closed, 0)
  expect(names()).toEqual(['config-2.yaml'])
  print(opened({ path: '/c/config.yaml', text: 'c' }), 0)
  print(opened({ path: '/root/.bashrc', text: 'd' }), 2)
  expect(names().map((name) => [name, machineFileOf(name)?.path])).toEqual([['config-2.yaml', '/b/config.yaml'], ['config.yaml', '/c/config.yaml'], ['file', '/root/.bashrc']])
  for (const command of [0, 1, 2]) print(closed, command)
})

it('takes away what was never opened in this future', () => {
  print('root@node1:~# ')
  print(opened({ path: '/etc/hosts', text: '' }))
  film.output.length = 1
  print('something else')
  expect([names(), machineFileOf('hosts')]).toEqual([[], undefined])
})

it('leaves nothing of a film that makes way for another, and opens nothing that the other has printed before', () => {
  print(opened({ path: '/etc/hosts', text: '' }))
  const other = new Film(fixtureScenario, fixtureOpening())
  other.output.push({ command: 0, step: 1, at: 0, to: 'stdout', text: opened({ path: '/etc/motd', text: '' }) })
  store.setState({ film: other })
  expect([machineFileOf('hosts'), machineFileOf('motd')]).toEqual([undefined, undefined])
})
