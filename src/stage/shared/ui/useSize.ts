import { useLayoutEffect, useState } from 'react'
import type { RefObject } from 'react'

export interface Size {
  width: number
  height: number
}

/** The size of an element, whenever it changes. */
export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const node = element.current
    if (node === null) return undefined
    const observer = new ResizeObserver(() => setSize({ width: node.clientWidth, height: node.clientHeight }))
    observer.observe(node)
    setSize({ width: node.clientWidth, height: node.clientHeight })
    return () => observer.disconnect()
  }, [element])
  return size
}

/** In a hall it is larger than elsewhere; who follows a size is drawn again when it has changed. */
export function remPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
