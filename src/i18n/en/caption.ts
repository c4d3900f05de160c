export const caption = {
  label: 'What happens now',
  why: 'why?',
  more: 'more',
  less: 'less',
  openingTitle: 'Before the first step',
  nothing: 'A cluster is waiting. Press play, or type a command.',
  causeTitle: 'Why did this happen?',
  causeRoot: 'This is where it began.',
  background: 'routine',
  says: 'Narrator',
}
