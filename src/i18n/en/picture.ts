export const picture = {
  still: 'This moment',
  stillHint: 'for a page that forbids frames, a slide or paper',
  moving: 'A range of steps',
  from: 'From step',
  to: 'to step',
  frames_one: 'One picture.',
  frames_other: '{{count}} pictures, 1.2 s each. The stage behind steps through them while they are made.',
  most: 'Only the first {{count}} pictures: choose fewer or larger steps.',
  making: 'Making the pictures',
  cancel: 'Cancel',
  failed: 'That did not work: {{message}}',
}
