/**
 * The default pull policy depends on an image's tag (kubernetes pkg/util/parsers, distribution/reference).
 */

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const host = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*'
const reference = new RegExp(
  `^(?:(?:${host}|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?/)?${component}(?:/${component})*` +
    '(?::(\\w[\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$',
)

const tags = new Map<string, string>()

/** "latest" when neither tag nor digest is given; '' for a digest alone or for no reference at all. */
export function imageTag(image: string): string {
  const known = tags.get(image)
  if (known !== undefined) return known
  const match = image.length > 1024 ? null : reference.exec(image)
  const tag = match ? (match[1] ?? (match[2] ? '' : 'latest')) : ''
  if (tags.size >= 4096) tags.clear()
  tags.set(image, tag)
  return tag
}

export const defaultPullPolicy = (image: string | undefined): 'Always' | 'IfNotPresent' =>
  imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent'
