import { shellProgram } from '../shell/main.ts'
import type { ProgramEntry } from './resolve.ts'

const programs: Record<string, ProgramEntry> = {
  ash: { run: shellProgram('ash') },
  dash: { run: shellProgram('dash') },
  bash: { run: shellProgram('bash') },
}

export function findProgram(name: string): ProgramEntry | undefined {
  return Object.hasOwn(programs, name) ? programs[name] : undefined
}
