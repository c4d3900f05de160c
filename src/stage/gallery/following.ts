import { path, topics } from '../../scenarios/contents.ts'

/** The film after one of the catalogue, and for one of the newcomers' path its place there, counted from 1. */
export function following(name: string): { scene?: number; next: string | undefined } {
  const place = path.indexOf(name)
  if (place >= 0) return { scene: place + 1, next: path[place + 1] }
  const films = topics.flatMap(({ scenarios }) => scenarios)
  const at = films.indexOf(name)
  return { next: at < 0 ? undefined : films[at + 1] }
}
