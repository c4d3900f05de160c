import type { Command } from '../command.ts'
import { optionsText } from '../help.ts'
import '../kustomize/build.ts'
import '../verbosity.ts'
import { out } from '../session.ts'
import { annotate } from './annotate.ts'
import { apiResources, apiVersions } from './apiResources.ts'
import { apply } from './apply.ts'
import { applyCommands } from './applyLast.ts'
import { attach } from './attach.ts'
import { auth } from './auth/auth.ts'
import { autoscale } from './autoscale.ts'
import { clusterInfo } from './clusterInfo.ts'
import { completing, completion } from './completion.ts'
import './common.ts'
import { config } from './config/config.ts'
import { certificate } from './certificate.ts'
import { cordon, uncordon } from './cordon.ts'
import { cp } from './cp.ts'
import { create } from './create/create.ts'
import { debug } from './debug.ts'
import { deleteCommand } from './delete.ts'
import { describe } from './describe.ts'
import { diff } from './diff.ts'
import { drain } from './drain.ts'
import { edit } from './edit.ts'
import { events } from './events.ts'
import { exec } from './exec.ts'
import { explain } from './explain.ts'
import { expose } from './expose.ts'
import { get } from './get.ts'
import { helpCommand } from './help.ts'
import { label } from './label.ts'
import { logs } from './logs.ts'
import { patch } from './patch.ts'
import { plugin } from './plugin.ts'
import { portForward } from './portForward.ts'
import { proxy } from './proxy.ts'
import { replace } from './replace.ts'
import { rollout } from './rollout/rollout.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { set } from './set/set.ts'
import { taint } from './taint.ts'
import { top } from './top.ts'
import { theRoot } from './tree.ts'
import { kustomize } from './kustomize.ts'
import { unsupported } from './unsupported.ts'
import { version } from './version.ts'
import { wait } from './wait.ts'

const options: Command = {
  name: 'options',
  usage: 'options [flags] [options]',
  summary: 'Print the list of flags inherited by all commands',
  flags: [],
  hidden: true,
  run: () => out(optionsText()),
}

const inGroup = (group: string, ...commands: Command[]): Command[] => commands.map((command) => ({ ...command, group }))

/** The whole of kubectl, in the order of its help. */
export const root: Command = {
  name: 'kubectl',
  usage: '[flags] [options]',
  summary: 'kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/',
  flags: [],
  commands: [
    ...inGroup('Basic Commands (Beginner)', create, expose, run, set),
    ...inGroup('Basic Commands (Intermediate)', explain, get, edit, deleteCommand),
    ...inGroup('Deploy Commands', rollout, scale, autoscale),
    ...inGroup('Cluster Management Commands', certificate, clusterInfo, top, cordon, uncordon, drain, taint),
    ...inGroup('Troubleshooting and Debugging Commands', describe, logs, attach, exec, portForward, proxy, cp, auth, debug, events),
    ...inGroup('Advanced Commands', diff, { ...apply, commands: applyCommands }, patch, replace, wait, kustomize),
    ...inGroup('Settings Commands', label, annotate, completion),
    ...inGroup('Other Commands', unsupported('alpha', 'Commands for features in alpha'), apiResources, apiVersions, config, plugin, version),
    options,
    helpCommand(() => root),
    ...completing(() => root),
  ],
}

theRoot.bring(root)
