export const caption = {
  label: 'What happens now',
  why: 'why?',
  then: 'then?',
  more: 'more',
  less: 'less',
  openingTitle: 'Before the first step',
  nothing: 'The cluster is waiting: apply a manifest, or type a command.',
  quiet: 'Since then, for {{time}}, nothing but routine.',
  causeRoot: 'This is where it began.',
  background: 'routine',
  says: 'Narrator',
}
