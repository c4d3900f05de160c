import '../kubectl/commands/root.ts'
import { checkManifest } from './check.ts'
import { complete } from './complete.ts'
import { questions } from './host.ts'
import { runQuery } from './query.ts'

const all = { checkManifest, complete, runQuery }

export type Questions = typeof all

questions.bring(all)
