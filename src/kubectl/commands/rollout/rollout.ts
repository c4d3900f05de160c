import type { Command } from '../../command.ts'
import { rolloutHistory } from './history.ts'
import { rolloutPause, rolloutRestart, rolloutResume } from './pause.ts'
import { rolloutStatus } from './status.ts'
import { rolloutUndo } from './undo.ts'

export const rollout: Command = {
  name: 'rollout',
  usage: 'rollout SUBCOMMAND [options]',
  summary: 'Manage the rollout of a resource',
  flags: [],
  commands: [rolloutHistory, rolloutPause, rolloutRestart, rolloutResume, rolloutStatus, rolloutUndo],
}
