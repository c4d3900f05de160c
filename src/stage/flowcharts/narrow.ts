/** Below these widths a chart or a board becomes a list: its boxes could not be read. */
const listBelow = { ordinary: 560, hall: 900 }

/** Whether a pane is too narrow for boxes; in a hall letters are larger. */
export function isNarrow({ width }: { width: number }, hall: boolean): boolean {
  return width < listBelow[hall ? 'hall' : 'ordinary']
}
