import type { Command } from '../../command.ts'
import { setEnv } from './env.ts'
import { setSelector, setServiceAccount, setSubject } from './identity.ts'
import { setImage } from './image.ts'
import { setResources } from './resources.ts'

export const set: Command = {
  name: 'set',
  usage: 'set SUBCOMMAND [options]',
  summary: 'Set specific features on objects',
  flags: [],
  commands: [setEnv, setImage, setResources, setSelector, setServiceAccount, setSubject],
}
