/** Actions that the walk leaves to a test of their own, because they need a world of their own. */
export const SHOWN_ELSEWHERE: readonly { screen: string; action: string; file: string; test: string }[] = [
  ...[
    ['clean up, and put everybody back', 'cleans up only after showing whom'],
    ['say why somebody is stuck', 'explains why somebody is stuck'],
    ['type the number of users on production', 'many ask for their number, and do nothing without it'],
  ].map(of('Users', 'safety.spec.ts')),
  ...[
    ['act on all that match, with progress', 'acts on all that match, with progress'],
    ['scroll through all of them', 'lists everybody in a state, longest first'],
    ['go to the partner', 'and the partner one click away'],
  ].map(of('Users', 'users.spec.ts')),
  ...[
    ['undo what a colleague did', 'a colleague is told what was done, and can undo it'],
    ['be refused an undo when the world moved on', 'whoever comes second is told honestly'],
  ].map(of('The frame', 'two-consoles.spec.ts')),
  ...[
    ['be told that Redis is away', 'says within two seconds that Redis is gone'],
    ['be refused while Redis is away', 'refuses every action while Redis is away'],
  ].map(of('The frame', 'console.spec.ts')),
  ...[
    ['try Redis again at once', 'retries at once when asked, by keyboard'],
    ['see how much passed while paused', 'stands still when paused and tells how much passed'],
  ].map(of('Overview', 'overview-fixture.spec.ts')),
  ...[['see an alarm come and go', 'raises an alarm at a threshold that was chosen here']].map(
    of('Alarms', 'alarms.spec.ts'),
  ),
  ...[['undo from the trail', 'writes a forced move to the audit trail and undoes it from there']].map(
    of('Audit trail', 'screens.spec.ts'),
  ),
  ...[
    ['add, test, edit and remove one', 'a connection is added, tested, edited and removed'],
    ['go to another deployment', 'going to another connection shows that one'],
    ['choose a pool', 'the pools are shown beside each other, and one is chosen by keyboard alone'],
    ['follow a link', 'a link leads to its connection and its pool'],
  ].map(of('Connections', 'connections.spec.ts')),
  ...[
    ['pause, speed up and load a run', 'starts, pauses, resumes, speeds up, loads and stops a run'],
    ['break something', 'breaks everything by a button'],
    ['drive one person by hand', 'drives one person by hand against the others'],
    ['write a scenario', 'edits a scenario with completion and faults at the line'],
    [
      'clear simulated people',
      'uses a pool of its own on a Redis that was named, and clears it in one action',
    ],
  ].map(of('Simulator', 'simulator.spec.ts')),
  ...[
    [
      'be refused what the Redis user may not do',
      'what the Redis user may not do is refused before it begins',
    ],
  ].map(of('The frame', 'least-rights.spec.ts')),
];

function of(screen: string, file: string) {
  return ([action = '', test = '']: readonly string[]) => ({ screen, file, action, test });
}
