export const causes = {
  whyTitle: 'Why did this happen?',
  thenTitle: 'What did it lead to?',
  began: 'Here it began.',
  nobody: 'Nobody has reacted to it, as far as the film goes.',
  more_one: 'and {{count}} more',
  more_other: 'and {{count}} more',
  later: '+{{time}}',
  skipped_one: '{{count}} check in the API server',
  skipped_other: '{{count}} checks in the API server',
}
