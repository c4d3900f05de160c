export const container = {
  role: { init: 'init', sidecar: 'sidecar', ephemeral: 'ephemeral' },
  clock: {
    pulling: 'pulling: {{done}} of {{size}}',
    restart: 'next start in {{time}}',
    pull: 'next pull in {{time}}',
    grace: 'killed in {{time}}',
    hook: '{{hook}} hook has been running for {{time}}',
    soon: 'with the next sync',
  },
  probe: {
    never: 'not run yet',
    success: 'success',
    failure: 'failure',
    unknown: 'unknown',
    of: '{{count}} of {{threshold}}',
    every: 'every {{period}} s, fails after {{failures}}',
  },
}
