import { expect, it } from 'vitest'
import { FilmWriter, fixtureOpening, fixtureScenario, pod } from '../worker/testing/fixture-film.ts'
import { Film } from './film.ts'

function filmOf(write: (w: FilmWriter) => void): Film {
  const film = new Film(fixtureScenario, fixtureOpening())
  const w = new FilmWriter(fixtureOpening().revision)
  write(w)
  const { steps, changes, inputs, output, ended, at } = w
  film.append({ steps, changes, inputs, output, writes: [], ended, now: at, nextAt: Infinity, pendingInputs: 0 })
  return film
}

const create = (w: FilmWriter, name: string): FilmWriter => w.write('kubectl', 'create', `pods/default/${name}`, pod(name, {}))
const remove = (w: FilmWriter, name: string): FilmWriter => w.write('kubelet/node2', 'delete', `pods/default/${name}`, undefined)
const look = (w: FilmWriter): FilmWriter => w.step({ kind: 'request', from: 'kubectl', to: 'kube-apiserver', verb: 'list', resource: 'pods', namespace: 'default' })
const focus = (film: Film): (string | undefined)[] => film.steps.map((_, i) => film.podInFocus(i)?.split('/').at(-1))

it('a pod that has gone keeps the focus for a second; then it goes back to the last one that lives', () => {
  const film = filmOf((w) => {
    for (const name of ['a', 'b', 'c']) create(w.wait(10), name)
    remove(w.wait(5000), 'b')
    remove(w.wait(10), 'c')
    look(w.wait(900))
    look(w.wait(200))
    look(w.wait(5000))
  })
  expect(focus(film)).toEqual(['a', 'b', 'c', 'b', 'c', 'c', 'a', 'a'])
})

it('where none lives the last one stays, and routine turns nobody', () => {
  const film = filmOf((w) => {
    create(w, 'a')
    remove(w.wait(3000), 'a')
    look(w.wait(3000))
    create(w.wait(10), 'b')
    remove(w.wait(10), 'b')
    create(w.wait(10), 'c').step({ kind: 'watch', from: 'kube-apiserver', to: 'kubelet/node2', resource: 'pods', namespace: 'default', name: 'a', background: true })
  })
  expect(focus(film)).toEqual(['a', 'a', 'a', 'b', 'b', 'c', 'c'])
})

it('a fork forgets who was in focus behind it', () => {
  const film = filmOf((w) => {
    create(create(w, 'a').wait(10), 'b')
    remove(w.wait(10), 'b')
    look(w.wait(3000))
  })
  expect(focus(film)).toEqual(['a', 'b', 'b', 'a'])
  film.cut({ keepSteps: 2, keepRevision: film.revisionAt(1), keepOutput: 0, keepEnded: 0, keepWrites: 0 })
  const w = new FilmWriter(film.revisionAt(1))
  w.at = film.now + 3000
  look(w)
  film.append({ steps: w.steps.map((step) => ({ ...step, index: 2 })), changes: [], inputs: [], output: [], writes: [], ended: [], now: w.at, nextAt: Infinity, pendingInputs: 0 })
  expect(focus(film)).toEqual(['a', 'b', 'b'])
})
