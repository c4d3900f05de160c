import type { DumpFile, EngineHost, ImportedDump, Scenario } from '../worker/protocol.ts'
import type { Film } from './film.ts'
import { filmWhole } from './futures.ts'
import { inTurn } from './in-turn.ts'

/** An engine beside the one of the film on stage, started when something is first asked of it. */
export class Apart {
  private readonly start: () => EngineHost
  private started: EngineHost | undefined

  constructor(start: () => EngineHost) {
    this.start = start
  }

  /** Another film, whole; undefined when nobody wants it any more at its turn. An engine has one film at a time. */
  film(scenario: Scenario, wanted: () => boolean = () => true): Promise<Film | undefined> {
    return this.filmed({ scenario, wanted })
  }

  private readonly filmed = inTurn(async ({ scenario, wanted }: { scenario: Scenario; wanted: () => boolean }) => (wanted() ? filmWhole(this.host, scenario) : undefined))

  /** What kubectl has printed of another cluster, as a starting state. */
  importDump(files: readonly DumpFile[], options: { keepSecrets: boolean }): Promise<ImportedDump> {
    return this.host.importDump(files, options)
  }

  private get host(): EngineHost {
    return (this.started ??= this.start())
  }
}
