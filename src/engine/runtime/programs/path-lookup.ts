import { dirname } from '../filesystem/path.ts'
import type { Access, FileSystem } from '../filesystem.ts'
import type { Resolved } from '../process/machine.ts'
import { type FindProgram, resolveProgram } from './resolve.ts'

/** Puts one of our programs where a package would have put it. */
export function installProgram(files: FileSystem, path: string, program: string): void {
  files.writeText(path, '', { mode: 0o755 })
  const node = files.find(path)
  if (node.kind === 'file') node.program = program
}

/** What is found in $PATH is remembered, as shells do; a change in one of its directories makes that void. Only of the files that the container itself sees. */
export class PathLookup {
  private readonly findProgram: FindProgram
  private readonly found = new Map<string, Extract<Resolved, { run: unknown }>>()
  /** Directories of $PATH that `found` depends on. */
  private readonly searched = new Set<string>()

  constructor(findProgram: FindProgram) {
    this.findProgram = findProgram
  }

  resolve(files: FileSystem, argv: readonly string[], o: { access: Access; path: string; isElsewhere?: boolean }): Resolved {
    const name = argv[0] ?? ''
    if (name.includes('/') || o.isElsewhere === true) return resolveProgram(files, this.findProgram, argv, o)
    const key = `${o.access.who.uid} ${o.path} ${name}`
    const known = this.found.get(key)
    if (known !== undefined) return { ...known, argv }
    const found = resolveProgram(files, this.findProgram, argv, o)
    if ('failed' in found || found.argv !== argv || o.path.split(':').some((d) => !d.startsWith('/'))) return found
    for (const directory of o.path.split(':')) this.searched.add(directory)
    this.found.set(key, found)
    return found
  }

  fileChanged(path: string): void {
    if (this.searched.size > 0 && this.searched.has(dirname(path))) this.found.clear()
  }
}
