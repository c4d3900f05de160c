/** Which of `count` chapters in rows of `columns` a key leads to from `at`; undefined: it is none of these keys. */
export function chapterFor(key: string, at: number, count: number, columns: number): number | undefined {
  const steps: Record<string, number> = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, ArrowDown: columns, ArrowUp: -columns, Home: -count, End: count }
  const by = Object.hasOwn(steps, key) ? steps[key] : undefined
  if (by !== undefined) {
    const to = at + by
    return key === 'Home' || key === 'End' || Math.abs(by) === 1 ? Math.max(0, Math.min(count - 1, to)) : to >= 0 && to < count ? to : at
  }
  return /^[1-9]$/.test(key) && Number(key) <= count ? Number(key) - 1 : undefined
}
