import type { Command } from '../../command.ts'
import { deleteEntry, renameContext, setContext, useContext } from './changes.ts'
import { currentContext, getClusters, getContexts, getUsers, view } from './views.ts'
import { setCluster, setCredentials } from './entries.ts'
import { setProperty, unsetProperty } from './properties.ts'

export const config: Command = {
  name: 'config',
  usage: 'config SUBCOMMAND [options]',
  summary: 'Modify kubeconfig files',
  flags: [],
  commands: [
    currentContext,
    deleteEntry('cluster'),
    deleteEntry('context'),
    deleteEntry('user'),
    getClusters,
    getContexts,
    getUsers,
    renameContext,
    setProperty,
    setCluster,
    setContext,
    setCredentials,
    unsetProperty,
    useContext,
    view,
  ],
}
