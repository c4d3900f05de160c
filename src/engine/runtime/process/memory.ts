import type { ContainerConfig } from '../container-config.ts'

/** What a container occupies, as its memory cgroup counts it: its processes, and what lies in its volumes in memory. */
export class MemoryCgroup {
  /** Processes alone, bytes. */
  ofProcesses = 0
  private readonly config: ContainerConfig
  private readonly nodeMemoryBytes: number

  constructor(config: ContainerConfig, nodeMemoryBytes: number) {
    this.config = config
    this.nodeMemoryBytes = nodeMemoryBytes
  }

  get usedBytes(): number {
    return this.config.mounts.reduce((bytes, { source }) => bytes + (source.inMemory ? source.usedBytes : 0), this.ofProcesses)
  }

  /** More than its limit, or than the node has. */
  get isExceeded(): boolean {
    return this.usedBytes > (this.config.memoryLimitBytes ?? this.nodeMemoryBytes)
  }
}
