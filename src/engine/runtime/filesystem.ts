/** Where a volume (or a file of it) appears in a container. */
export interface Mount {
  /** Absolute path in the container. */
  path: string
  source: FileSystem
  /** A file or directory below the source's root that is mounted instead of the root. */
  subPath?: string
  readOnly: boolean
}

export interface FileStat {
  type: 'file' | 'directory' | 'symlink' | 'device'
  sizeBytes: number
  mode: number
  uid: number
  gid: number
  /** Virtual ms. */
  modifiedAt: number
  /** Of a symlink. */
  target?: string
}

/** A file system: the root of a container with its mounts, or one volume. */
export declare class FileSystem {
  constructor(options: { now: () => number; capacityBytes?: number })
  /** What was written here, not counting the image below. */
  readonly usedBytes: number
  readonly usedInodes: number
  mount(mount: Mount): void
  /** undefined when there is nothing; symlinks are followed unless `link` says otherwise. */
  stat(path: string, options?: { link?: boolean }): FileStat | undefined
  exists(path: string): boolean
  /** Names in a directory, sorted; undefined when there is no such directory. */
  list(path: string): string[] | undefined
  /** undefined when there is no such file. */
  readText(path: string): string | undefined
  /** Creates missing parents. */
  writeText(path: string, text: string, options?: { mode?: number; uid?: number; gid?: number; append?: boolean }): void
  mkdir(path: string, options?: { mode?: number; uid?: number; gid?: number }): void
  symlink(path: string, target: string): void
  rename(from: string, to: string): void
  /** A directory goes with all that is in it. */
  remove(path: string): void
}
