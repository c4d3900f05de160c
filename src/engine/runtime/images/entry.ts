import type { Tags } from './tags.ts'
import type { Userland } from './userland.ts'

/** A well-known repository and what its images are like. */
export interface CatalogueEntry {
  tags: Tags
  /** Compressed size of a common tag, and of an -alpine or -slim one. */
  megabytes: number
  smallMegabytes?: number
  userland: Userland
  entrypoint?: readonly string[]
  cmd?: readonly string[]
  /** Where it is another for some tags. */
  cmdOfTag?: (tag: string) => readonly string[] | undefined
  env?: Readonly<Record<string, string>>
  /** The variable that says which version of its program an image has. */
  versionEnv?: string
  workingDir?: string
  user?: string
  ports?: readonly number[]
  stopSignal?: string
  /** Executables besides those of the userland: path -> program. */
  programs?: Readonly<Record<string, string>>
  /** Those that only some tags have. */
  programsOfTag?: (tag: string) => Readonly<Record<string, string>>
  /** Those that make of everybody the one whom they belong to. */
  setuid?: readonly string[]
  files?: Readonly<Record<string, string>>
  /** Those that say which tag it is. */
  filesOfTag?: (tag: string) => Readonly<Record<string, string>>
  directories?: readonly string[]
  /** Symbolic links: path -> target. */
  links?: Readonly<Record<string, string>>
}
