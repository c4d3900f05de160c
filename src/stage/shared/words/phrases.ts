/** Characters that are words by themselves: what stands beside them is another. */
const words = new Set('的了着过把被在与和于就都也不没从到向由对为是有个次秒后前中内里上下时会要能可这那它其每各将再又才只还并且或而但若如因所以按用给让使令等及至比当则即已未仅先最更约共第')
const han = /^\p{Script=Han}+$/u

/**
 * A Chinese text in pieces between which a line may end, beside the spaces and commas in them. Left to themselves, browsers end it
 * behind any character: 答|复, in letters that a hall reads. The dictionary of Intl.Segmenter does not know the words of the trade
 * (探|针, 调度|器): characters that it leaves over are put together, or go to their neighbour. Joined, the pieces are the text.
 */
export function phrasesOf(text: string): string[] {
  if (!/\p{Script=Han}/u.test(text)) return [text]
  const pieces: string[] = []
  /** The word before, as far as it is Chinese, and whether a character that is left over goes to it, whatever it is. */
  let before = ''
  let open = false
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)) {
    const isHan = han.test(segment)
    const leftOver = isHan && segment.length === 1 && !words.has(segment)
    const joined: boolean = open || (leftOver && !words.has(before))
    const apart: boolean = before !== '' && isHan && !joined
    if (pieces.length === 0 || apart) pieces.push(segment)
    else pieces[pieces.length - 1] += segment
    // One that stands alone waits for its other half.
    open = leftOver && (before === '' || apart || words.has(before))
    before = isHan ? segment : ''
  }
  return pieces
}
