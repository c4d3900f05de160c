import { Part } from '../../part.ts'
import { attempt, Errno } from '../filesystem/errno.ts'
import { type FileNode, isDirectory, permits } from '../filesystem/node.ts'
import { join } from '../filesystem/path.ts'
import type { Access, FileSystem } from '../filesystem.ts'
import type { Resolved } from '../process/machine.ts'
import type { Program } from '../process/process.ts'

export interface ProgramEntry {
  run: Program
  /** Resident size of the process; a small tool's when left out. */
  memoryBytes?: number
}

export type FindProgram = (name: string) => ProgramEntry | undefined

/** All programs that images hold (all.ts). */
export const programs = new Part<FindProgram>('userland')

/** Those of them that few films run, by name (rare.ts). */
export const rarePrograms = new Part<Readonly<Record<string, Program>>>('rare')

/** Those, and what is installed besides. */
export function programsWith(installed: Readonly<Record<string, Program>> | undefined): FindProgram {
  return (name) => (installed !== undefined && Object.hasOwn(installed, name) ? { run: installed[name]! } : programs.get()(name))
}

export const SMALL_TOOL_BYTES = 700 * 1024

/** Finds what a command runs: a path, or a name looked up in $PATH; a script leads to its interpreter. */
export function resolveProgram(
  files: FileSystem,
  findProgram: FindProgram,
  argv: readonly string[],
  o: { access: Access; path: string },
): Resolved {
  const name = argv[0] ?? ''
  const found = name.includes('/') ? executableAt(files, name, o.access) : inPath(files, name, o)
  if ('failed' in found) return found
  if (found.node.program !== undefined) return { ...entryOf(findProgram, found.node.program, found.path, argv), ...((found.node.mode & 0o4000) === 0 ? {} : { setuid: found.node.uid }) }
  return interpreted(files, findProgram, found, argv, o)
}

type Found =
  | { node: FileNode; path: string }
  | { failed: 'not found' | 'permission denied' | 'is a directory'; path: string }

function executableAt(files: FileSystem, path: string, access: Access): Found {
  const node = attempt(() => files.find(path, access))
  if (node instanceof Errno) return { failed: node.code === 'EACCES' ? 'permission denied' : 'not found', path }
  if (isDirectory(node)) return { failed: 'is a directory', path }
  if (node.kind !== 'file' || !permits(node, access.who, 'execute')) return { failed: 'permission denied', path }
  return { node, path }
}

function inPath(files: FileSystem, name: string, o: { access: Access; path: string }): Found {
  if (name === '') return { failed: 'not found', path: name }
  let refused: Found = { failed: 'not found', path: name }
  for (const directory of o.path.split(':')) {
    const found = executableAt(files, join(directory === '' ? '.' : directory, name), o.access)
    if (!('failed' in found)) return found
    if (found.failed === 'permission denied') refused = found
  }
  return refused
}

function entryOf(findProgram: FindProgram, program: string, path: string, argv: readonly string[]): Extract<Resolved, { run: unknown }> {
  const entry = findProgram(program)
  if (entry === undefined) throw new Error(`image file ${path} names the program ${program}, which does not exist`)
  return { run: entry.run, memoryBytes: entry.memoryBytes ?? SMALL_TOOL_BYTES, path, argv }
}

/** `#!/bin/sh -e` on the first line; a text without one is run by the shell that tried. */
function interpreted(
  files: FileSystem,
  findProgram: FindProgram,
  found: { node: FileNode; path: string },
  argv: readonly string[],
  o: { access: Access; path: string },
): Resolved {
  const line = /^#!\s*(\S+)(?:[ \t]+(.*\S))?/.exec(found.node.content.readFrom(0, 256)?.toString() ?? '')
  const interpreter = line === null ? ['/bin/sh'] : [line[1]!, ...(line[2] === undefined ? [] : [line[2]])]
  const program = executableAt(files, interpreter[0]!, o.access)
  if ('failed' in program || program.node.program === undefined) return { failed: 'bad interpreter', path: found.path }
  // `#!/usr/bin/env python3` is the one interpreter that looks up another.
  return entryOf(findProgram, program.node.program, found.path, [...interpreter, found.path, ...argv.slice(1)])
}
