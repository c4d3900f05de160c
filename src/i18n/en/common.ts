/** Words that several views use. */
export const common = {
  close: 'Close',
  cancel: 'Cancel',
  loading: 'Loading',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  step: 'Step {{step}}',
  goTo: 'Go to this moment',
}
