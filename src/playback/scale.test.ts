import { describe, expect, it } from 'vitest'
import { fixtureOpening, fixtureScenario, FilmWriter, startMs } from '../worker/testing/fixture-film.ts'
import { Film } from './film.ts'
import { Scale } from './scale.ts'

/** Steps at these virtual ms; 'b' behind a time makes it routine, 'm' a milestone. */
function filmOf(times: string): Film {
  const film = new Film(fixtureScenario, fixtureOpening())
  extend(film, times)
  return film
}

function extend(film: Film, times: string): void {
  const w = new FilmWriter(3)
  w.steps.push(...film.steps)
  for (const word of times.split(' ')) {
    w.at = startMs + parseInt(word, 10)
    w.step({
      kind: 'request',
      from: 'a',
      to: 'b',
      background: word.endsWith('b'),
      milestone: word.endsWith('m') ? 'create/pull' : undefined,
    })
  }
  film.append({
    steps: w.steps.slice(film.steps.length),
    changes: [],
    inputs: [],
    output: [],
    ended: [],
    writes: [],
    now: w.at,
    nextAt: w.at,
    pendingInputs: 0,
  })
}

const positions = (scale: Scale, film: Film) => film.steps.map((s) => scale.positionOfStep(s.index))

describe('layout', () => {
  it.each([
    ['real', '100 101 101 1101', [100, 101, 101, 1101]],
    ['real', '100 5100 5200', [100, 1500, 1600]],
    ['even', '100 101 101 1101', [160, 320, 480, 640]],
    ['even', '100 5100 5200', [160, 1720, 1880]],
    ['even', '100 101m 102', [160, 860, 1020]],
    ['real', '0 1000b 2000', [0, 1000, 2000]],
    ['real', '0 5000b 10000', [0, 700, 1400]],
  ] as const)('%s %s', (pacing, times, expected) => {
    const film = filmOf(times)
    expect(positions(new Scale(film, pacing), film)).toEqual(expected)
  })

  it('names what is folded', () => {
    expect(new Scale(filmOf('100 5100 5200'), 'real').folds).toEqual([
      { fromMs: startMs + 100, toMs: startMs + 5100, from: 100, to: 1500 },
    ])
  })

  it('does not draw idle time that leads to nothing', () => {
    const scale = new Scale(filmOf('0 100 90000b'), 'real')
    expect(scale.endMs).toBe(startMs + 2100)
    expect(scale.end).toBe(2100)
  })
})

describe('there and back', () => {
  it.each(['even', 'real'] as const)('%s', (pacing) => {
    const film = filmOf('100 101 101 1101 9000b 20000 20001')
    const scale = new Scale(film, pacing)
    for (const step of film.ofSize('hop')) {
      const back = scale.stepAt(scale.positionOfStep(step))
      expect(film.steps[back]!.at).toBe(film.steps[step]!.at)
    }
    for (const ms of [50, 100, 500, 1101, 5000, 19_999]) {
      expect(Math.round(scale.timeAt(scale.positionOfTime(startMs + ms)) - startMs)).toBe(ms)
    }
  })

  it('before the first step stands the opening', () => {
    const scale = new Scale(filmOf('100'), 'even')
    expect(scale.stepAt(0)).toBe(-1)
    expect(scale.positionOfStep(-1)).toBe(0)
  })
})

it.each(['even', 'real'] as const)('%s: grown and cut equals made anew', (pacing) => {
  const film = filmOf('100 101 5000')
  const scale = new Scale(film, pacing)
  extend(film, '5001 9000')
  scale.extend()
  film.cut({ keepSteps: 4, keepRevision: 3, keepOutput: 0, keepEnded: 0, keepWrites: 0 })
  scale.cut()
  extend(film, '9500b 9600')
  scale.extend()
  const anew = new Scale(film, pacing)
  expect(positions(scale, film)).toEqual(positions(anew, film))
  expect(scale.folds).toEqual(anew.folds)
  expect(scale.end).toBe(anew.end)
})
