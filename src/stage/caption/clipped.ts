import { useEffect, useState } from 'react'
import type { RefObject } from 'react'
import { useSize } from '../shared/ui/useSize.ts'

/** Real ms for which a sentence stands before it is measured: a film that runs has no need of it. */
const restsMs = 150

/** Whether not all of a text is to be seen where it stands; known once it rests there. */
export function useClipped(element: RefObject<HTMLElement | null>, text: string): boolean {
  const { width, height } = useSize(element)
  const [clipped, setClipped] = useState<string>()
  useEffect(() => {
    const timer = setTimeout(() => {
      const node = element.current
      setClipped(node !== null && node.scrollHeight > node.clientHeight + 1 ? text : undefined)
    }, restsMs)
    return () => clearTimeout(timer)
  }, [element, text, width, height])
  return clipped === text
}

const wide = /\p{Script=Han}|[\u3000-\u303f\uff00-\uffef]/gu
/** As many letters as two lines of a desk have. */
const longFrom = 200

/** Whether it is set in smaller letters where there is room for two lines; a Chinese character is as wide as two letters. */
export function isLong(text: string): boolean {
  return text.length + (text.match(wide)?.length ?? 0) > longFrom
}
