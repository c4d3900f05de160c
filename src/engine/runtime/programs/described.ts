import { attempt } from '../filesystem/errno.ts'
import { print, sleep } from '../process/io.ts'
import type { Program, Run } from '../process/process.ts'
import { grpcHealthResponse, textResponse } from '../http.ts'
import { homeOf } from '../images/catalogue.ts'
import { type ServerDescription, servers } from './servers.ts'
import { scripted } from './scripted.ts'
import { nothingAgainst } from './reviews.ts'
import { pageOf } from './server-pages.ts'
import { cannotListen, type Handler, listenOn, serve, stopsOn } from './serve.ts'

const MIB = 1024 ** 2

/** A server that is known from outside only: it says what it says, listens where it does or where its pod has it listen, and answers that it is well. */
function described({ ports, startMs, memoryMiB, says, refuses, exitCode = 0, writes = {} }: ServerDescription, name = ''): Program {
  return function* (p): Run<number> {
    const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], exitCode)
    const refused = refuses?.(p)
    if (refused !== undefined) {
      yield* sleep(p, 300, true)
      yield* print(p, `${refused.says}\n`, refused.code === 0 ? 1 : 2)
      return stopped() ?? refused.code
    }
    // A pod that says where it listens has told the program, too: in its configuration or by its environment.
    const all = [...new Set([...ports, ...(p.machine.config.guesses?.ports ?? [])])]
    const lines = says(p, ports)
    for (const line of lines) {
      yield* print(p, `${line}\n`)
      yield* sleep(p, startMs / lines.length, true)
      if (stopped() !== undefined) return exitCode
    }
    for (const [path, text] of Object.entries(writes)) attempt(() => p.machine.files.writeText(path, text))
    p.machine.setMemory(p, memoryMiB * MIB)
    const listeners = yield* listenOn(p, all, cannotListen)
    if (listeners === undefined) return 1
    for (const listener of listeners) listener.secure = true
    const handle: Handler = (r) => (r.method === 'GRPC' ? grpcHealthResponse('SERVING') : (nothingAgainst(r) ?? pageOf(name, r) ?? textResponse(200, `${p.machine.config.hostname}\n`)))
    return yield* serve(p, { listeners, handle, stopped })
  }
}

/** Where they are found, under the names that their images have at home. */
const programsOf: Readonly<Record<string, Program>> = Object.fromEntries(
  Object.entries(servers).flatMap(([name, server]) => server.images.map((image) => [image, described(server, name)])),
)

/** What an image does that is not in the catalogue: it is one of these servers, or made up; annotations and tasks are always that. */
export const ofNoCatalogue: Program = (p) => {
  const { image, guesses, annotations } = p.machine.config
  const server = programsOf[homeOf(image.repository)]
  const isScripted = Object.keys(annotations).some((name) => name.startsWith('podreel.dev/'))
  return server === undefined || (guesses?.ends === true && guesses.unlessServer !== true) || isScripted ? scripted(p) : server(p)
}
