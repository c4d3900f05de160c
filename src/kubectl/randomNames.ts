import { fnv1a } from '../engine/api/fnv1a.ts'

const letters = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * The tail of a name that kubectl draws by lot ("debugger-x7k2p"). Here it depends on nothing but the
 * text, so that a film that is played again is the same film.
 */
export function tailOf(text: string): string {
  let hash = fnv1a(text)
  let tail = ''
  for (let i = 0; i < 5; i++) {
    tail += letters[hash % letters.length]
    hash = Math.floor(hash / letters.length)
  }
  return tail
}
