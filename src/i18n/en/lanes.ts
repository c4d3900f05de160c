export const lanes = {
  title: 'Four things that are easily mistaken for one another',
  phase: 'phase',
  conditions: 'conditions',
  containers: 'container states',
  status: 'STATUS',
  none: 'not there',
  noConditions: 'none yet',
  noStatuses: 'the kubelet has not reported any yet',
  over: '{{name}} over time',
  stretch: '{{name}}: {{word}}, from {{from}} to {{to}}',
  open: '{{name}}: {{word}}, from {{from}} on',
  derivation: {
    phase: 'No container says anything more telling, so kubectl shows the phase.',
    'pod-reason': 'The pod itself has a reason, {{reason}}, which kubectl shows instead of the phase {{phase}}.',
    'scheduling-gated': 'It has scheduling gates: the scheduler does not look at it. The phase is {{phase}}.',
    'init-terminated': 'Init containers come first: {{container}} ended with {{state}}.',
    'init-waiting': 'Init containers come first: {{container}} waits because of {{state}}.',
    'init-progress': 'Init containers come first: {{done}} of {{total}} are done; it is the turn of {{container}}.',
    'container-waiting':
      'Container {{container}} waits, and its reason, {{state}}, hides the phase, which is {{phase}}.',
    'container-terminated':
      'Container {{container}} has ended, and its reason, {{state}}, hides the phase, which is {{phase}}.',
    completedReady: 'Container {{container}} has completed, but another runs and the pod is Ready.',
    completedNotReady: 'Container {{container}} has completed; another runs, but the pod is not Ready.',
    'node-lost': 'Its node was lost while it was being deleted.',
    deleted: 'It has a deletionTimestamp, which hides what would be shown otherwise: {{instead}}.',
  },
}
