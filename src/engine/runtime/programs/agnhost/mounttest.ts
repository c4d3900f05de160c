import { Errno, strerror } from '../../filesystem/errno.ts'
import { print, readAll, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { openPath } from '../../process/regular-file.ts'
import { parseOptions } from '../../../text/options.ts'
import { modeText } from '../../tools/ls.ts'

const written = 'mount-tester new file\n'
const retryMs = 2000

/** As statfs(2) numbers them. */
const ext4 = 0xef53
const overlay = 0x794c7630

type Looked = Run<string>

/** What a file system says of paths: each flag names one. The order is the program's own, whatever the order of the flags. */
export function* mounttest(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: [...Object.keys(looks), 'file_content_in_loop', 'retry_time'] })
  let code = 0
  for (const [flag, look] of Object.entries(looks)) {
    const path = o.value(flag) ?? ''
    if (path !== '' && !(yield* told(p, path, look))) code = 1
  }
  const looped = o.value('file_content_in_loop') ?? ''
  if (looped === '') return code
  const isSeen = yield* readAgain(p, looped, { forMs: o.number(180, 'retry_time') * 1000, isOnce: o.value('break_on_expected_content') !== 'false' })
  return isSeen ? code : 1
}

interface Look {
  /** What has failed, in the program's words for a path. */
  failed: (path: string) => string
  see: (p: Process, path: string, quoted: string) => Looked
}

function* told(p: Process, path: string, { failed, see }: Look): Run<boolean> {
  const quoted = JSON.stringify(path)
  try {
    yield* print(p, yield* see(p, path, quoted))
    return true
  } catch (e) {
    if (!(e instanceof Errno)) throw e
    yield* print(p, `${failed(path)}: ${strerror(e).toLowerCase()}\n`)
    return false
  }
}

const statFailed = (path: string): string => `error from Stat(${JSON.stringify(path)}): stat ${path}`

const looks: Readonly<Record<string, Look>> = {
  fs_type: { failed: (path) => `error from statfs(${JSON.stringify(path)})`, see: fileSystemType },
  new_file_0644: writing(0o644),
  new_file_0666: writing(0o666),
  new_file_0660: writing(0o660),
  new_file_0777: writing(0o777),
  file_mode: { failed: statFailed, see: (p, path, quoted) => statText(p, path, (s) => `mode of file ${quoted}: ${modeText(s)}\n`) },
  file_perm: { failed: statFailed, see: (p, path, quoted) => statText(p, path, (s) => `perms of file ${quoted}: ${modeText({ type: 'file', mode: s.mode & 0o777 })}\n`) },
  file_owner: {
    failed: (path) => `error from stat(${JSON.stringify(path)})`,
    see: (p, path, quoted) => statText(p, path, (s) => `owner UID of ${quoted}: ${s.uid}\nowner GID of ${quoted}: ${s.gid}\n`),
  },
  file_content: { failed: (path) => `error reading file content for ${JSON.stringify(path)}: open ${path}`, see: contentOf },
}

/** Its umask is nothing, so that a mode is what it says. */
function writing(mode: number): Look {
  return {
    failed: (path) => `error writing new file ${JSON.stringify(path)}: open ${path}`,
    *see(p, path, quoted) {
      const file = openPath(p.machine.files, path, { write: true, truncate: true }, p.access, mode)
      file.write(written)
      file.release()
      return yield* contentOf(p, path, quoted)
    },
  }
}

type Stat = NonNullable<ReturnType<Process['machine']['files']['stat']>>

function* statText(p: Process, path: string, say: (stat: Stat) => string): Looked {
  const stat = p.machine.files.stat(path, { access: p.access })
  if (stat === undefined) throw new Errno('ENOENT')
  return say(stat)
}

function* fileSystemType(p: Process, path: string, quoted: string): Looked {
  const { volume } = p.machine.files.locate(path, p.access)
  const type = volume.isTmpfs ? 'tmpfs' : volume === p.machine.files ? overlay : ext4
  return `mount type of ${quoted}: ${type}\n`
}

function* contentOf(p: Process, path: string, quoted: string): Looked {
  const file = openPath(p.machine.files, path, { read: true }, p.access)
  return `content of file ${quoted}: ${yield* readAll(p, file)}\n`
}

/** Every two seconds, to the end of its time or, `isOnce`, until it holds what a new file does. Whether the last look saw the file. */
function* readAgain(p: Process, path: string, { forMs, isOnce }: { forMs: number; isOnce: boolean }): Run<boolean> {
  const end = p.machine.now() + forMs
  let isSeen = false
  for (; p.machine.now() < end; yield* sleep(p, retryMs)) {
    try {
      const text = yield* readAll(p, openPath(p.machine.files, path, { read: true }, p.access))
      isSeen = true
      yield* print(p, `content of file ${JSON.stringify(path)}: ${text}\n`)
      if (isOnce && text === written) break
      if (isOnce) yield* print(p, `Unexpected content. Expected: ${written}. Retrying`)
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      isSeen = false
      yield* print(p, `Error reading file ${path}: open ${path}: ${strerror(e).toLowerCase()}, retrying\n`)
    }
  }
  return isSeen
}
