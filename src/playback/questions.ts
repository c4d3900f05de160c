import type { Attempt, Completion, Diagnostic, EngineHost, Files, NodeVerdict, QueryResult } from '../worker/protocol.ts'

/** Where the playhead stands: after so many steps, and at a time (virtual ms since the epoch) at which views read a revision. */
export interface Standpoint {
  readonly step: number
  readonly now: { readonly ms: number; readonly revision: number }
}

/** What the engine answers about the moment on stage; no question leaves a trace in the film. */
export class Questions {
  private readonly host: EngineHost
  private readonly standpoint: () => Standpoint

  constructor(host: EngineHost, standpoint: () => Standpoint) {
    this.host = host
    this.standpoint = standpoint
  }

  /** What a command would print. */
  query(line: string, files: Files = {}): Promise<QueryResult> {
    return this.host.query(line, { ...this.standpoint(), files })
  }

  /** What the API server would say of a manifest. */
  check(text: string): Promise<Diagnostic[]> {
    return this.host.check(text, { step: this.standpoint().step })
  }

  complete(line: string, files?: Files): Promise<Completion> {
    return this.host.complete(line, { step: this.standpoint().step, ...(files ? { files } : {}) })
  }

  /** The scheduler's attempt that a step of filtering stands for; see EngineHost. */
  attempt(step: number): Promise<Attempt | undefined> {
    return this.host.attempt(step)
  }

  /** What the plugins said of one node in that attempt, and what would help. */
  explainNode(step: number, node: string): Promise<NodeVerdict | undefined> {
    return this.host.explainNode(step, node)
  }
}
