export interface Exit {
  exitCode: number
  signal?: number
  oom?: boolean
}

export interface ContainerListener {
  /** What one write brings to the log: lines without their newlines. `at`: one from before the film. `unfinished`: the last of them has none. */
  output(stream: 'stdout' | 'stderr', lines: readonly string[], o?: { at?: number; unfinished?: boolean }): void
  exited(exit: Exit): void
  /** Commands, ports or states differ from what they were. */
  processesChanged(): void
  /** Created, written or removed; the path as the container sees it. */
  filesChanged(path: string): void
}
