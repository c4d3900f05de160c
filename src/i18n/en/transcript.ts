export const transcript = {
  title: 'Transcript',
  hint: 'The whole run as text; choose a line to go to its moment.',
  before: 'Before the film',
  size: 'How finely it is told',
  notes: "Speaker's notes",
  copy: 'Copy',
  copied: 'Copied',
  save: 'Save as Markdown',
  rest_one: 'and {{count}} more line, which the document has',
  rest_other: 'and {{count}} more lines, which the document has',
}
