export const presenter = {
  label: 'Presenter',
  leave: 'Leave presenter mode',
  blackout: 'The screen is dark; press B to go on.',
}
