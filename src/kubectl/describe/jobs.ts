import { humanDuration, parseTime } from '../../engine/api/time.ts'
import { withEvents } from './describer.ts'
import { writePodTemplate } from './podTemplate.ts'
import { selectorText } from './workloads.ts'
import { controllerOf, dateOf, writeHead, writeAnnotations, writeLabels, yesNoUnset, type Description } from './writer.ts'

export const describeJob = withEvents((w, { metadata, spec, status }) => {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  w.line(0, `Selector:\t${selectorText(spec?.selector)}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  const owner = controllerOf(metadata)
  if (owner) w.line(0, `Controlled By:\t${owner}`)
  writeGiven(w, 'Parallelism', spec?.parallelism)
  w.line(0, `Completions:\t${spec?.completions ?? '<unset>'}`)
  writeGiven(w, 'Completion Mode', spec?.completionMode)
  writeGiven(w, 'Suspend', spec?.suspend)
  writeGiven(w, 'Backoff Limit', spec?.backoffLimit)
  writeGiven(w, 'TTL Seconds After Finished', spec?.ttlSecondsAfterFinished)
  const { startTime, completionTime, active = 0, ready, succeeded = 0, failed = 0, completedIndexes = '' } = status ?? {}
  if (startTime) w.line(0, `Start Time:\t${dateOf(startTime)}`)
  if (completionTime) w.line(0, `Completed At:\t${dateOf(completionTime)}`)
  if (startTime && completionTime) w.line(0, `Duration:\t${humanDuration(parseTime(completionTime)! - parseTime(startTime)!)}`)
  if (spec?.activeDeadlineSeconds !== undefined) w.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`)
  w.line(0, `Pods Statuses:\t${active} Active${ready === undefined ? '' : ` (${ready} Ready)`} / ${succeeded} Succeeded / ${failed} Failed`)
  if (spec?.completionMode === 'Indexed') w.line(0, `Completed Indexes:\t${indexesText(completedIndexes)}`)
  writePodTemplate(w, spec?.template)
})

function writeGiven(w: Description, title: string, value: unknown): void {
  if (value !== undefined && value !== null) w.line(0, `${title}:\t${String(value)}`)
}

const mostIndexes = 50

/** Cut at the first comma after fifty characters. */
function indexesText(indexes: string): string {
  if (indexes === '') return '<none>'
  const comma = indexes.indexOf(',', mostIndexes)
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`
}

export const describeCronJob = withEvents((w, { metadata, spec, status }) => {
  writeHead(w, metadata)
  w.line(0, `Schedule:\t${spec?.schedule ?? ''}`)
  w.line(0, `Concurrency Policy:\t${spec?.concurrencyPolicy ?? ''}`)
  w.line(0, `Suspend:\t${yesNoUnset(spec?.suspend)}`)
  w.line(0, `Successful Job History Limit:\t${spec?.successfulJobsHistoryLimit ?? '<unset>'}`)
  w.line(0, `Failed Job History Limit:\t${spec?.failedJobsHistoryLimit ?? '<unset>'}`)
  const deadline = spec?.startingDeadlineSeconds
  w.line(0, `Starting Deadline Seconds:\t${deadline === undefined ? '<unset>' : `${deadline}s`}`)
  const job = spec?.jobTemplate?.spec
  w.line(0, `Selector:\t${job?.selector ? selectorText(job.selector) : '<unset>'}`)
  w.line(0, `Parallelism:\t${job?.parallelism ?? '<unset>'}`)
  w.line(0, `Completions:\t${job?.completions ?? '<unset>'}`)
  if (job?.activeDeadlineSeconds !== undefined) w.line(0, `Active Deadline Seconds:\t${job.activeDeadlineSeconds}s`)
  writePodTemplate(w, job?.template)
  w.line(0, `Last Schedule Time:\t${status?.lastScheduleTime ? dateOf(status.lastScheduleTime) : '<unset>'}`)
  w.line(0, `Active Jobs:\t${(status?.active ?? []).map((ref: { name: string }) => ref.name).join(', ') || '<none>'}`)
})
