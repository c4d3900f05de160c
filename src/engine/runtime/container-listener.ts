export interface Exit {
  exitCode: number
  signal?: number
  oom?: boolean
}

export interface ContainerListener {
  /** What one write brings to the log: lines without their newlines. `at`: one from before the film. */
  output(stream: 'stdout' | 'stderr', lines: readonly string[], at?: number): void
  exited(exit: Exit): void
  /** Commands, ports or states differ from what they were. */
  processesChanged(): void
  /** Created, written or removed; the path as the container sees it. */
  filesChanged(path: string): void
}
