import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'

/** Virtual ms that a small repository takes. */
export const cloneMs = 1200

/** What is in a repository that nobody knows. */
export const repositoryFiles = (name: string): Readonly<Record<string, string>> => ({ 'README.md': `# ${name}\n`, 'index.html': '<html>\n<body>\nHello there.\n</body>\n</html>\n' })

/** `git clone` brings a repository of two files, as init containers and sidecars of the books want it; `git pull` finds nothing new. */
export function* git(p: Process): Run<number> {
  const words = p.argv.slice(1).filter((word) => !word.startsWith('-'))
  const [command] = words
  if (p.argv[1] === '--version' || command === 'version') {
    yield* print(p, 'git version 2.49.1\n')
    return 0
  }
  if (command === 'clone') return yield* clone(p, words.slice(1))
  if (command === 'pull' || command === 'fetch') {
    yield* sleep(p, cloneMs)
    yield* print(p, command === 'pull' ? 'Already up to date.\n' : '')
    return 0
  }
  yield* print(p, `git: '${command ?? ''}' is not simulated by Podreel\n`, 2)
  return 1
}

function* clone(p: Process, words: readonly string[]): Run<number> {
  const url = words.find((word) => word.includes('/')) ?? ''
  if (url === '') {
    yield* print(p, 'fatal: You must specify a repository to clone.\n', 2)
    return 129
  }
  const name = url.replace(/\/+$/, '').split('/').at(-1)!.replace(/\.git$/, '')
  const target = words.slice(words.indexOf(url) + 1).find((word) => !/^\d+$/.test(word)) ?? name
  const at = target.startsWith('/') ? target : `${p.cwd === '/' ? '' : p.cwd}/${target.replace(/^\.\/?/, '')}`.replace(/\/$/, '')
  const { files } = p.machine
  if ((files.list(at) ?? []).length > 0) {
    yield* print(p, `fatal: destination path '${target}' already exists and is not an empty directory.\n`, 2)
    return 128
  }
  yield* print(p, `Cloning into '${target}'...\n`, 2)
  yield* sleep(p, cloneMs)
  files.mkdir(`${at}/.git`)
  for (const [path, text] of Object.entries(repositoryFiles(name))) files.writeText(`${at}/${path}`, text)
  return 0
}
