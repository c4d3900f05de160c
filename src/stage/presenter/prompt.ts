import type { Scenario } from '../../worker/protocol.ts'
import { chapterAt, chaptersOf } from '../../playback/chapters.ts'
import type { Playback } from '../../playback/playback.ts'
import { sentenceAt } from '../shared/words/say.ts'
import type { Narrator } from '../shared/words/say.ts'
import { momentOf } from '../shared/remote.ts'
import type { Prompt } from './channel.ts'

type Reader = (text: Scenario['spec']['title']) => string

/** What the speaker's window shows at the moment on stage; undefined without a film. */
export function promptOf(playback: Playback, { black, locked }: Pick<Prompt, 'black' | 'locked'>, narrator: Narrator, text: Reader): Prompt | undefined {
  const { film, cursor, size } = playback.state
  if (film === undefined) return undefined
  const say = narrator(film)
  const sentenceOf = (index: number): string => sentenceAt(film, index, say, text)
  const here = chapterAt(film, cursor)
  const following = chaptersOf(film)[here?.number ?? 0]
  const { notes } = (here?.mark ?? following)?.chapter ?? {}
  const next = film.next(cursor, size)
  return {
    film: text(film.scenario.spec.title),
    chapter: here && {
      number: here.number,
      count: film.scenario.spec.chapters?.length ?? 0,
      title: text(here.mark.chapter.title),
    },
    notes: notes && text(notes),
    nextChapter: following && text(following.chapter.title),
    sentence: sentenceOf(cursor),
    next: next === undefined ? undefined : sentenceOf(next),
    moment: momentOf(playback),
    black,
    locked,
  }
}
