import type { Command } from '../../command.ts'
import { deleteEntry, renameContext, setContext, useContext } from './changes.ts'
import { currentContext, getClusters, getContexts, getUsers, view } from './views.ts'
import { unsupported } from '../unsupported.ts'

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
    unsupported('set', 'Set an individual value in a kubeconfig file', 'config '),
    unsupported('set-cluster', 'Set a cluster entry in kubeconfig', 'config '),
    setContext,
    unsupported('set-credentials', 'Set a user entry in kubeconfig', 'config '),
    unsupported('unset', 'Unset an individual value in a kubeconfig file', 'config '),
    useContext,
    view,
  ],
}
