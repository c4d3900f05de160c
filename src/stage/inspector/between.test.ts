import { expect, it } from 'vitest'
import { logLines, type LogWrite } from '../../engine/api/machine.ts'
import { filmOf } from '../testing/filmOf.ts'
import { revisionBetween } from '../../playback/between.ts'

it('between two steps what a container has written by then is there, and nothing that it writes later', async () => {
  const film = await filmOf([{ at: 0, kubectl: "run tick --image=busybox -- sh -c 'i=0; while true; do echo tick $i; i=$((i+1)); sleep 2; done'" }], {}, 60)
  const last = (revision: number): string | undefined =>
    [...film.machines.values()].flatMap((machine) => logLines(machine.range('logs/', revision) as LogWrite[])).at(-1)?.text.trim()
  const lines = [...film.machines.values()].flatMap((machine) => logLines(machine.range('logs/', Infinity) as LogWrite[]))
  expect(lines.length).toBeGreaterThan(20)
  for (const { at, text } of lines) {
    const steps = film.stepsUpTo(at + 1)
    expect(last(revisionBetween(film, steps, at + 1))).toBe(text.trim())
    if (film.timeOf(steps - 1) < at - 1 && film.stepsUpTo(at - 1) === steps) expect(last(revisionBetween(film, steps, at - 1))).not.toBe(text.trim())
  }
  // Where a step stands, its own world counts.
  expect(revisionBetween(film, 5, film.timeOf(4))).toBe(film.revisionAt(4))
})
