import type { Command } from '../command.ts'
import { annotate } from './annotate.ts'
import { apiResources, apiVersions } from './apiResources.ts'
import { apply } from './apply.ts'
import { attach } from './attach.ts'
import { auth } from './auth/auth.ts'
import { autoscale } from './autoscale.ts'
import { clusterInfo } from './clusterInfo.ts'
import { cordon, uncordon } from './cordon.ts'
import { create } from './create/create.ts'
import { deleteCommand } from './delete.ts'
import { describe } from './describe.ts'
import { events } from './events.ts'
import { exec } from './exec.ts'
import { expose } from './expose.ts'
import { get } from './get.ts'
import { drain } from './drain.ts'
import { label } from './label.ts'
import { logs } from './logs.ts'
import { patch } from './patch.ts'
import { replace } from './replace.ts'
import { rollout } from './rollout/rollout.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { set } from './set/set.ts'
import { taint } from './taint.ts'
import { top } from './top.ts'
import { wait } from './wait.ts'
import { optionsText } from '../help.ts'
import { out } from '../session.ts'
import { version } from './version.ts'

const options: Command = {
  name: 'options',
  usage: 'options [flags] [options]',
  summary: 'Print the list of flags inherited by all commands',
  flags: [],
  hidden: true,
  run: () => out(optionsText()),
}

/** The whole of kubectl, in the order of its help. */
export const root: Command = {
  name: 'kubectl',
  usage: '[flags] [options]',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  flags: [],
  commands: [create, expose, run, set, get, deleteCommand, rollout, scale, autoscale, clusterInfo, top, cordon, uncordon, drain, taint, describe, logs, attach, exec, auth, events, apply, patch, replace, wait, label, annotate, apiResources, apiVersions, version, options],
}
